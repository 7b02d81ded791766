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

    /// <summary>Sets what is not given, and writes down by which variables.</summary>
    /// <exception cref="UsageException">A switch's variable is neither yes nor no.</exception>
    internal static void Fill(WorkOptions options)
    {
        var table = OptionTable.Of(options);
        var given = Array.FindAll(table, o => o.Get(options) is { } value && (o.Name, value) is not ("output", "text")); // which goes with all
        foreach (var option in table)
        {
            if (option.Get(options) is not null || IsExcluded(option, given)) continue;
            var name = Variable(option.Name);
            if (Environment.GetEnvironmentVariable(name) is not { Length: > 0 } value || (option.IsSwitch && !IsYes(name, value))) continue;
            option.Set(options, value);
            options.Variables.Add((option, $"{name}={value}"));
        }
    }

    /// <summary>What is wrong, in words that name options: where one was not given, whoever reads that must be told where it stands.</summary>
    internal static UsageException Explain(UsageException fault, WorkOptions options)
    {
        var meant = options.Variables.FindAll(v => Names("--" + v.Option.Name) || (v.Option.Letter.Length > 0 && Names($"-{v.Option.Letter} ")));
        return meant.Count == 0 ? fault : new UsageException($"{fault.Message} Not given, but taken from the environment: {string.Join(' ', meant.Select(v => v.Text))}.");
        bool Names(string option) => fault.Message.Contains(option, StringComparison.Ordinal);
    }

    /// <summary>The variable of an option, by its long name.</summary>
    internal static string Variable(string option) => string.Concat(Prefix, string.Create(option.Length, option, static (name, o) =>
    {
        // Not ToUpperInvariant: with it .NET loads all that it knows of cultures, which a start feels.
        for (var i = 0; i < o.Length; i++) name[i] = o[i] == '-' ? '_' : char.IsAsciiLetterLower(o[i]) ? (char)(o[i] - 'a' + 'A') : o[i];
    }));

    private static bool IsExcluded(OptionEntry option, OptionEntry[] given)
    {
        foreach (var (variable, other) in Excluded)
        {
            if (variable == option.Name && OptionTable.Find(given, other) is not null) return true;
        }

        return false;
    }

    private static bool IsYes(string name, string value) => value.ToUpperInvariant() switch
    {
        "1" or "TRUE" or "YES" => true,
        "0" or "FALSE" or "NO" => false,
        _ => throw new UsageException($"{name} is '{value}', which is neither 1 nor 0."),
    };
}
