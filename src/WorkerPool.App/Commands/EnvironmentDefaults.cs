namespace WorkerPool.App.Commands;

/// <summary>Defaults from the environment, below what the command line says: <c>WORKERPOOL_JOBS</c> for --jobs, and so on.</summary>
internal static class EnvironmentDefaults
{
    private const string Prefix = "WORKERPOOL_";

    /// <exception cref="UsageException">A switch's variable is neither yes nor no.</exception>
    internal static void Fill(WorkOptions options)
    {
        foreach (var (property, option) in OptionTable.Of(options))
        {
            if (OptionTable.Repeatable.Contains(option.LongName)) continue;
            var name = Variable(option.LongName);
            if (Environment.GetEnvironmentVariable(name) is not { Length: > 0 } value) continue;
            if (property.PropertyType == typeof(bool)) property.SetValue(options, (bool)property.GetValue(options)! || IsYes(name, value));
            else if (property.GetValue(options) is null) property.SetValue(options, value);
        }
    }

    /// <summary>The variable of an option, by its long name.</summary>
    internal static string Variable(string option) => Prefix + option.Replace('-', '_').ToUpperInvariant();

    private static bool IsYes(string name, string value) => value.ToUpperInvariant() switch
    {
        "1" or "TRUE" or "YES" => true,
        "0" or "FALSE" or "NO" => false,
        _ => throw new UsageException($"{name} is '{value}', which is neither 1 nor 0."),
    };
}
