using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.CommandLine;

/// <summary>Progress at a real terminal: there while a run is, out of the way of lines, gone afterwards, however the run ends.</summary>
internal sealed class ProgressTerminalTests : ProcessTest
{
    [Test]
    public async Task It_stands_below_what_is_written_fits_a_new_width_and_is_gone_at_the_end()
    {
        await using var terminal = await Terminal.OpenAsync(Folder);
        var (gate, code) = (NewFile("gate"), NewFile("code"));
        await terminal.TypeAsync($"clear; {Line(gate)} ::: first second-{new string('x', 60)}; echo $? > {code}");
        Assert.That(await SeesAsync(terminal, s => s.Any(l => IsWorkers(l) && l.EndsWith(" first", StringComparison.Ordinal)) && s[^1].StartsWith("workerpool │ ", StringComparison.Ordinal)
            && Array.IndexOf(s, "begun first") is >= 0 and var above && above < s.Length - 3), "a line for each worker, the whole last, and results above");
        await terminal.ResizeAsync(60, 30);
        Assert.That(await SeesAsync(terminal, s => s.Any(l => IsWorkers(l) && l.Contains('…', StringComparison.Ordinal) && l.Length == 59)), "the long item is cut to the new width");
        await File.WriteAllTextAsync(gate, "");
        Assert.That(await Until.WrittenAsync(code), Is.EqualTo("0\n"));
        Assert.That(await SeesAsync(terminal, s => s[^1] == "ready>" && !s.Any(l => l.StartsWith("workerpool │", StringComparison.Ordinal) || IsWorkers(l))), "it is gone");
        Assert.That(await LinesAsync(terminal), Does.Contain("ended first"));
    }

    [Test]
    public async Task A_workers_line_goes_on_to_its_next_item()
    {
        await using var terminal = await Terminal.OpenAsync(Folder);
        var (gate, code) = (NewFile("gate"), NewFile("code"));
        await terminal.TypeAsync($"clear; '{Bench.WorkerPool}' exec --names ada -- sh -c 'until [ -e {gate}-$0 ]; do sleep 0.05; done' ::: first second; echo $? > {code}");
        foreach (var item in (string[])["first", "second"])
        {
            Assert.That(await SeesAsync(terminal, s => s.Any(l => IsWorkers(l) && l.EndsWith($" {item}", StringComparison.Ordinal))), item);
            await File.WriteAllTextAsync($"{gate}-{item}", "");
        }

        Assert.That(await Until.WrittenAsync(code), Is.EqualTo("0\n"));
    }

    [Test]
    public async Task Ctrl_C_leaves_a_clean_screen()
    {
        await using var terminal = await Terminal.OpenAsync(Folder);
        var code = NewFile("code");
        await terminal.TypeAsync($"clear; {Line(NewFile("never"), "trap \"\" TERM; ")} ::: first second third; echo $? > {code}");
        Assert.That(await SeesAsync(terminal, s => s[^1].StartsWith("workerpool │ 0:", StringComparison.Ordinal)), "it is there");
        await terminal.KeyAsync("C-c");

        // The terminal writes ^C for the key, at its own time: before the block is taken away, or behind that.
        Assert.That(await SeesAsync(terminal, s => s.Any(l => l.Contains("workerpool │ SIGINT: ", StringComparison.Ordinal)) && s[^1].StartsWith("workerpool │ 0:", StringComparison.Ordinal)), "what it does stands above it");
        await terminal.KeyAsync("C-c");

        // A terminal throws away with each Ctrl-C what it has not shown yet: so this one is not typed when the run may end by itself.
        Assert.That(await SeesAsync(terminal, s => s.Any(l => l.Contains("what runs is asked", StringComparison.Ordinal)) && s[^1].StartsWith("workerpool │ 0:", StringComparison.Ordinal)), "the second stage");
        await terminal.KeyAsync("C-c");
        Assert.That(await Until.WrittenAsync(code), Is.EqualTo("130\n"));
        Assert.That(await SeesAsync(terminal, s => s[^1] == "ready>" && !s.Any(l => l.Contains("workerpool │ 0:", StringComparison.Ordinal))), "it is gone");
    }

    [Test]
    public async Task After_Ctrl_Z_and_fg_it_stands_below_what_the_shell_wrote()
    {
        await using var terminal = await Terminal.OpenAsync(Folder);
        var (gate, code) = (NewFile("gate"), NewFile("code"));
        await terminal.TypeAsync($"clear; {Line(gate)} ::: first second");
        Assert.That(await SeesAsync(terminal, s => s[^1].StartsWith("workerpool │ 0:", StringComparison.Ordinal)), "it is there");
        await terminal.KeyAsync("C-z");
        Assert.That(await SeesAsync(terminal, s => s[^1] == "ready>" && s.Any(l => l.Contains("Stopped", StringComparison.Ordinal))), "the shell's prompt has a line of its own");
        await terminal.TypeAsync($"fg; echo $? > {code}");
        Assert.That(await SeesAsync(terminal, s => s[^1].StartsWith("workerpool │ 0:", StringComparison.Ordinal)), "it is back");
        Assert.That(await LinesAsync(terminal), Has.Some.Contains("Stopped"), "the shell's lines are left alone");
        await File.WriteAllTextAsync(gate, "");
        Assert.That(await Until.WrittenAsync(code), Is.EqualTo("0\n"));
    }

    // Whichever is ready first takes the first item.
    private static bool IsWorkers(string line) => line.StartsWith("ada ", StringComparison.Ordinal) || line.StartsWith("grace ", StringComparison.Ordinal);

    // Two workers, whose commands say that they begin, and wait for the gate.
    private static string Line(string gate, string before = "") =>
        $"'{Bench.WorkerPool}' exec --names ada,grace -- sh -c '{before}echo begun $0; until [ -e {gate} ]; do sleep 0.05; done; echo ended $0'";

    private static async Task<bool> SeesAsync(Terminal terminal, Func<string[], bool> isSo)
    {
        string[] lines = [];
        if (await Until.TrueAsync(() => (lines = LinesAsync(terminal).Result).Length > 0 && isSo(lines))) return true;
        await TestContext.Out.WriteLineAsync($"The screen:\n{string.Join('\n', lines)}");
        return false;
    }

    private static async Task<string[]> LinesAsync(Terminal terminal) => (await terminal.ScreenAsync()).TrimEnd('\n').Split('\n');
}
