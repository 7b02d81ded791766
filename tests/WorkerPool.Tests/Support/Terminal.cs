using System.Globalization;

namespace WorkerPool.Tests.Support;

/// <summary>A real terminal with a real shell in it: tmux, which does not stand between a key and the kernel.</summary>
internal sealed class Terminal : IAsyncDisposable
{
    private readonly string _socket;

    private Terminal(string socket) => _socket = socket;

    /// <summary>Opens one of 120 columns, a shell with job control waiting in it.</summary>
    internal static async Task<Terminal> OpenAsync(string folder)
    {
        Command.Requires("tmux", "bash");
        var terminal = new Terminal(Path.Combine(folder, "tmux"));
        await terminal.TmuxAsync("-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "40", "env PS1='ready> ' LC_ALL=C.UTF-8 bash --norc --noprofile");
        Assert.That(await Until.TrueAsync(() => terminal.ScreenAsync().Result.Contains("ready>", StringComparison.Ordinal)), "no shell came up");
        return terminal;
    }

    /// <summary>Types a line and the return key.</summary>
    internal async Task TypeAsync(string line)
    {
        await TmuxAsync("send-keys", "-l", line);
        await KeyAsync("Enter");
    }

    /// <summary>Presses a key, as in "C-c".</summary>
    internal Task KeyAsync(string key) => TmuxAsync("send-keys", key);

    /// <summary>What stands on the screen.</summary>
    internal Task<string> ScreenAsync() => TmuxAsync("capture-pane", "-p");

    /// <summary>What stands on the screen, with its colours as escape sequences.</summary>
    internal Task<string> ColouredScreenAsync() => TmuxAsync("capture-pane", "-p", "-e");

    /// <summary>The cursor's column, from 0.</summary>
    internal async Task<int> ColumnAsync() => int.Parse(await TmuxAsync("display-message", "-p", "#{cursor_x}"), CultureInfo.InvariantCulture);

    /// <summary>Makes the window another size.</summary>
    internal Task ResizeAsync(int columns, int rows) => TmuxAsync("resize-window", "-x", $"{columns}", "-y", $"{rows}");

    /// <summary>Runs a line of shell to its end; its exit code.</summary>
    internal async Task<int> RunAsync(string line, string codeFile)
    {
        await TypeAsync($"{line}; echo $? > {codeFile}");
        return int.Parse(await Until.WrittenAsync(codeFile), CultureInfo.InvariantCulture);
    }

    /// <summary>Closes the window: what runs in it gets SIGHUP.</summary>
    internal Task CloseAsync() => TmuxAsync("kill-session");

    public async ValueTask DisposeAsync() => await Command.RunAsync("tmux", ["-S", _socket, "kill-server"]);

    private async Task<string> TmuxAsync(params string[] arguments)
    {
        var result = await Command.RunAsync("tmux", ["-u", "-S", _socket, .. arguments]);
        Assert.That(result.ExitCode, Is.Zero, $"tmux {string.Join(' ', arguments)}: {result.Error}");
        return result.Output;
    }
}
