using WorkerPool.Naming;

namespace WorkerPool.Launch;

/// <summary>
/// What a worker's environment holds besides its parent's: its name for all to see, and what the launch itself needs, which the
/// worker takes out again before user code runs.
/// </summary>
internal static class LaunchEnvironment
{
    private const string StartupHooks = "DOTNET_STARTUP_HOOKS";
    private const string DotnetRoot = "DOTNET_ROOT";
    private const string DumpEnabled = "DbgEnableMiniDump";
    private const string DumpName = "DbgMiniDumpName";
    private static readonly Lazy<HookNames> Hook = new(FindHook);

    internal const string DepthVariable = "WORKERPOOL_DEPTH";

    // A worker is one of many: without its own setting it must not take a heap per core, as an ASP.NET host's runtimeconfig would have
    // it, nor a thread for background collections.
    private static readonly KeyValuePair<string, string>[] SmallHeap =
    [
        new("DOTNET_gcServer", "0"),
        new("DOTNET_gcConcurrent", "0"),
    ];

    /// <summary>Changes <paramref name="environment"/>, the parent's with the user's own changes, into the worker's.</summary>
    internal static void Prepare(IDictionary<string, string?> environment, LaunchCommand command, LaunchTicket ticket)
    {
        var undo = new List<KeyValuePair<string, string?>>();

        void Lend(string name, string value)
        {
            undo.Add(new(name, environment.TryGetValue(name, out var before) ? before : null));
            environment[name] = value;
        }

        if (!command.IsThisProgram || !LaunchGuard.MainCallsRun)
        {
            var hooks = environment.TryGetValue(StartupHooks, out var set) && !string.IsNullOrEmpty(set) ? set + Path.PathSeparator : "";
            Lend(StartupHooks, hooks + (command.IsThisProgram ? Hook.Value.OfThisProgram : Hook.Value.OfAnother));
        }

        if (command.DotnetRoot is { } root && !environment.ContainsKey(DotnetRoot)) Lend(DotnetRoot, root);
        foreach (var (name, value) in SmallHeap)
        {
            if (!environment.ContainsKey(name)) Lend(name, value);
        }

        if (Setting(environment, DumpEnabled) is not (null or "0")) Lend("DOTNET_" + DumpName, NameDump(environment, ticket.Name));

        environment["WORKERPOOL_NAME"] = ticket.Name;
        environment["WORKERPOOL_SLOT"] = Text(ticket.Slot);
        environment["WORKERPOOL_GENERATION"] = Text(ticket.Generation);
        environment["WORKERPOOL_PARENT_PID"] = Text(ticket.ParentId);
        environment[DepthVariable] = Text(ticket.Depth);
        undo.Add(new(LaunchTicket.Variable, null));
        environment[LaunchTicket.Variable] = (ticket with { Undo = undo }).Format();
    }

    /// <summary>In the worker: puts back what was lent to it, for .NET code and for native code and children alike.</summary>
    internal static void Restore(LaunchTicket ticket)
    {
        foreach (var (name, value) in ticket.Undo)
        {
            if (!OperatingSystem.IsWindows()) Posix.SetNativeVariable(name, value);
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    /// <summary>Levels of workers above this process, also through programs in between that are not workers.</summary>
    internal static int Depth =>
        PlainNumber.TryParse(Environment.GetEnvironmentVariable(DepthVariable), out var depth) ? depth : 0;

    // This program again: by path, which .NET need not take apart and look for; but for a single file, and a path with the character that
    // stands between hooks. Another program: by simple name where it will find the library on its own list of assemblies, as that may be a
    // copy of its own; else by path.
    private static HookNames FindHook()
    {
        var library = typeof(LaunchEnvironment).Assembly;
#pragma warning disable IL3000 // empty in a single file, where the simple name is right
        var path = library.Location;
#pragma warning restore IL3000
        var name = library.GetName().Name!;
        var listed = AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "";
        var isListed = (listed + Path.PathSeparator).Contains($"{Path.DirectorySeparatorChar}{name}.dll{Path.PathSeparator}", StringComparison.OrdinalIgnoreCase);
        return new(path.Length == 0 || path.Contains(Path.PathSeparator, StringComparison.Ordinal) ? name : path, path.Length == 0 || isListed ? name : path);
    }

    private sealed record HookNames(string OfThisProgram, string OfAnother);

    // "…/core.%p" → "…/NAME-core.%p". The runtime expands %p and the like in this value, hence the escape (docs: "Collect dumps on crash").
    private static string NameDump(IDictionary<string, string?> environment, string name)
    {
        var template = Setting(environment, DumpName) ?? Path.Combine(TempFolder(environment), "coredump.%p");
        var cut = template.Length - Path.GetFileName(template).Length;
        return template[..cut] + name.Replace("%", "%%", StringComparison.Ordinal) + "-" + template[cut..];
    }

    // The runtime takes its settings by either name, the newer one first (clrconfignative, CLRConfig::Get).
    private static string? Setting(IDictionary<string, string?> environment, string name) =>
        Variable(environment, "DOTNET_" + name) ?? Variable(environment, "COMPlus_" + name);

    // The worker's, which need not be its parent's.
    private static string TempFolder(IDictionary<string, string?> environment) =>
        OperatingSystem.IsWindows() ? Path.GetTempPath() : Variable(environment, "TMPDIR") ?? "/tmp";

    private static string? Variable(IDictionary<string, string?> environment, string name) =>
        environment.TryGetValue(name, out var value) && !string.IsNullOrEmpty(value) ? value : null;

    private static string Text(int number) => PlainNumber.Text(number);
}
