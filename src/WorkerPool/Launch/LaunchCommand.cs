using System.Reflection;
using System.Runtime.InteropServices;

namespace WorkerPool.Launch;

/// <summary>The command line that starts this program again; <c>--worker NAME</c> follows it. Immutable.</summary>
internal sealed record LaunchCommand(string FileName, IReadOnlyList<string> Arguments)
{
    private static readonly Lazy<LaunchCommand> This = new(static () => Find() with { IsThisProgram = true });

    /// <summary>Found here, not given: the program that runs this very code.</summary>
    internal bool IsThisProgram { get; private init; }

    /// <summary>Where an apphost finds the runtime: the folder with <c>shared/</c> and <c>host/</c>; null when self-contained.</summary>
    internal string? DotnetRoot { get; private init; }

    // Without LINQ, which would be loaded for it whether a command is given or not.
    internal static LaunchCommand Of(IReadOnlyList<string>? explicitly) =>
        explicitly is null ? This.Value : new(explicitly[0], new List<string>(explicitly).GetRange(1, explicitly.Count - 1)) { DotnetRoot = RuntimeRoot() };

    private static LaunchCommand Find()
    {
#pragma warning disable RS0030 // the one place that decides how this program is started again
        var program = Environment.ProcessPath;
#pragma warning restore RS0030
        if (program is not null && !IsMuxer(program)) return new(program, []) { DotnetRoot = RuntimeRoot() };

        // Run by the muxer: dotnet app.dll, and every test host. The same runtimeconfig and deps.json make the same runtime and the
        // same list of assemblies, whatever the entry assembly is called (under `dotnet test` it is testhost.dll).
        var muxer = program ?? Path.Combine(RuntimeRoot() ?? "", "dotnet");
#pragma warning disable IL3000 // empty in a single file, which the muxer does not run
        var entry = Assembly.GetEntryAssembly()?.Location;
#pragma warning restore IL3000
        if (string.IsNullOrEmpty(entry))
        {
            throw new InvalidOperationException(
                "This program can't tell how it was started, so it can't start itself again: it has no entry assembly. "
                + "Give the command line in the option Command.");
        }

        List<string> arguments = ["exec"];
        var deps = (AppContext.GetData("APP_CONTEXT_DEPS_FILES") as string)?.Split(';')[0];
        if (File.Exists(deps))
        {
            const string Suffix = ".deps.json";
            var beside = deps.EndsWith(Suffix, StringComparison.Ordinal) ? deps[..^Suffix.Length] + ".runtimeconfig.json" : null;
            var config = File.Exists(beside) ? beside : Path.ChangeExtension(entry, ".runtimeconfig.json");
            if (File.Exists(config)) arguments.AddRange(["--runtimeconfig", config]);
            arguments.AddRange(["--depsfile", deps]);
        }

        foreach (var folder in ((AppContext.GetData("PROBING_DIRECTORIES") as string) ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            arguments.AddRange(["--additionalprobingpath", folder]);
        }

        arguments.Add(entry);
        return new(muxer, arguments);
    }

    private static bool IsMuxer(string program) =>
        Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase);

    // …/shared/Microsoft.NETCore.App/10.0.0/ → …
    private static string? RuntimeRoot()
    {
        var version = Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory());
        var shared = Path.GetDirectoryName(Path.GetDirectoryName(version));
        return Path.GetFileName(shared) == "shared" ? Path.GetDirectoryName(shared) : null;
    }
}
