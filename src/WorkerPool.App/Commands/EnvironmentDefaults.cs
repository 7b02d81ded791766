namespace WorkerPool.App.Commands;

/// <summary>Defaults from the environment, below what the command line says: <c>WORKERPOOL_JOBS</c> for --jobs, and so on.</summary>
internal static class EnvironmentDefaults
{
    private const string Prefix = "WORKERPOOL_";

    // What can't be said together: where the command line says the second, the first one's variable is passed over.
    private static readonly (string Variable, string Given)[] Excluded =
    [
        ("jobs", "names"), ("names", "name-template"), ("name-template", "names"),
        ("tag", "output"), ("output", "tag"),
        ("line-buffer", "keep-order"), ("line-buffer", "output"), ("line-buffer", "results"),
        ("keep-order", "line-buffer"), ("output", "line-buffer"), ("results", "line-buffer"),
    ];

    /// <exception cref="UsageException">A switch's variable is neither yes nor no.</exception>
    internal static void Fill(WorkOptions options)
    {
        var table = OptionTable.Of(options);
        var given = table.Where(o => o.Property.GetValue(options) is not (null or false or "text")).Select(o => o.Option.LongName).ToHashSet();
        foreach (var (property, option) in table)
        {
            if (OptionTable.Repeatable.Contains(option.LongName)) continue;
            if (Array.Exists(Excluded, e => e.Variable == option.LongName && given.Contains(e.Given))) continue;
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
