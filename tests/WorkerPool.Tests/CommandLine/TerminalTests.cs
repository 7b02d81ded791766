using WorkerPool.App.Output;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.CommandLine;

/// <summary>At a real terminal, with a real shell: Ctrl-C, Ctrl-Z, a window that is closed, and what the lines look like.</summary>
internal sealed class TerminalTests : ProcessTest
{
    [Test]
    public async Task Ctrl_C_is_the_parents_to_decide()
    {
        await using var terminal = await Terminal.OpenAsync(Folder);
        var (log, gate, code) = (NewFile("log"), NewFile("gate"), NewFile("code"));
        await terminal.TypeAsync($"'{Bench.WorkerPool}' exec -j 2 -- {Script($"echo begun >> {log}; until [ -e {gate} ]; do sleep 0.02; done; echo ended $0 >> {log}")} ::: 1 2 3 4 5; echo $? > {code}");
        Assert.That(await Until.TrueAsync(() => LinesOf(log) == 2), "two begin");
        await terminal.KeyAsync("C-c");
        Assert.That(await Until.TrueAsync(() => terminal.ScreenAsync().Result.Contains("SIGINT: nothing new is begun", StringComparison.Ordinal)), "it says what it does");
        await File.WriteAllTextAsync(gate, "");
        Assert.That(await Until.WrittenAsync(code), Is.EqualTo("130\n"));
        Assert.That(await File.ReadAllLinesAsync(log), Is.EquivalentTo((string[])["begun", "begun", "ended 1", "ended 2"]));
    }

    [Test]
    public async Task Each_Ctrl_C_goes_a_stage_further_and_says_what_the_next_one_does()
    {
        await using var terminal = await Terminal.OpenAsync(Folder);
        var (begun, code) = (NewFile("begun"), NewFile("code"));
        await terminal.TypeAsync($"'{Bench.WorkerPool}' exec --names w -- {Script($"trap \"\" TERM; echo $$ > {begun}; exec sleep 100")} ::: 1 2; echo $? > {code}");
        var command = int.Parse(await Until.WrittenAsync(begun), System.Globalization.CultureInfo.InvariantCulture);
        foreach (var says in (string[])["SIGINT: nothing new is begun, and what runs may finish; once more asks it to end", "what runs is asked to end (SIGTERM) within 5 s; once more kills it"])
        {
            await terminal.KeyAsync("C-c");
            Assert.That(await Until.TrueAsync(() => terminal.ScreenAsync().Result.ReplaceLineEndings("").Contains(says, StringComparison.Ordinal)), says);
        }

        await terminal.KeyAsync("C-c");
        Assert.That(await Until.WrittenAsync(code), Is.EqualTo("130\n"));
        Assert.That((await terminal.ScreenAsync()).ReplaceLineEndings(""), Does.Contain("what runs is killed, with all that it started"));
        Assert.That(await Until.GoneAsync(command));
    }

    [Test]
    public async Task Ctrl_Z_and_fg_change_nothing()
    {
        await using var terminal = await Terminal.OpenAsync(Folder);
        var (begun, gate, output, code) = (NewFile("begun"), NewFile("gate"), NewFile("output"), NewFile("code"));
        await terminal.TypeAsync($"'{Bench.WorkerPool}' exec -j 1 -- {Script($"echo $PPID > {begun}; until [ -e {gate} ]; do sleep 0.02; done; echo ended $0")} ::: 1 2 3 > {output}");
        var worker = int.Parse(await Until.WrittenAsync(begun), System.Globalization.CultureInfo.InvariantCulture);
        var parent = Proc.ParentOf(worker);
        await terminal.KeyAsync("C-z");
        Assert.That(await Until.TrueAsync(() => File.ReadAllText($"/proc/{parent}/stat").Contains(") T ", StringComparison.Ordinal)), "the parent stops");
        Assert.That(await Until.TrueAsync(() => terminal.ScreenAsync().Result.Contains("Stopped", StringComparison.Ordinal)), "the shell has the terminal");
        await File.WriteAllTextAsync(gate, "");
        await terminal.TypeAsync($"fg; echo $? > {code}");
        Assert.That(await Until.WrittenAsync(code), Is.EqualTo("0\n"));
        Assert.That(await File.ReadAllLinesAsync(output), Is.EqualTo((string[])["ended 1", "ended 2", "ended 3"]));
    }

    [Test]
    public async Task A_window_that_is_closed_leaves_no_process()
    {
        await using var terminal = await Terminal.OpenAsync(Folder);
        var begun = NewFile("begun");
        await terminal.TypeAsync($"'{Bench.WorkerPool}' exec -j 1 -- {Script($"echo $$ > {begun}.1; echo $PPID > {begun}; exec sleep 1")} ::: 1 2 3");
        var worker = int.Parse(await Until.WrittenAsync(begun), System.Globalization.CultureInfo.InvariantCulture);
        var parent = Proc.ParentOf(worker);
        await terminal.CloseAsync();
        Assert.That(await Until.GoneAsync(parent), "the parent ends");
        Assert.That(Proc.IsAlive(worker), Is.False, "its worker has ended before it");
    }

    [Test]
    public async Task A_window_that_is_closed_gives_what_runs_its_time_to_end()
    {
        await using var terminal = await Terminal.OpenAsync(Folder);
        var (begun, saved, code) = (NewFile("begun"), NewFile("saved"), NewFile("code"));
        await File.WriteAllTextAsync(NewFile("command"), $"trap 'echo ending; sleep 1; echo still ending; echo saved > {saved}; exit 0' TERM; echo x > {begun}; while :; do sleep 0.02; done");

        // The shell of the window dies with it; this one lives to tell the code.
        await File.WriteAllTextAsync(NewFile("line"), $"trap : HUP; '{Bench.WorkerPool}' exec -j 1 --joblog {NewFile("log")} -- sh {NewFile("command")} ::: 1 2; echo $? > {code}");
        await terminal.TypeAsync($"bash {NewFile("line")}");
        await Until.WrittenAsync(begun);
        await terminal.CloseAsync();
        Assert.That(await Until.WrittenAsync(code), Is.EqualTo("129\n"));
        Assert.That(File.Exists(saved), "it had its time");
        Assert.That(File.ReadAllLines(NewFile("log")), Has.Length.EqualTo(1), "nobody has seen its last lines");
    }

    [Test]
    public async Task A_window_that_is_closed_while_items_are_typed_and_much_is_written_stops_the_run_in_order()
    {
        await using var terminal = await Terminal.OpenAsync(Folder);
        var (begun, saved, code) = (NewFile("begun"), NewFile("saved"), NewFile("code"));
        await File.WriteAllTextAsync(NewFile("command"), $"trap 'sleep 1; echo saved > {saved}; exit 0' TERM; echo x > {begun}; while :; do echo line; done");
        await File.WriteAllTextAsync(NewFile("line"), $"trap : HUP; '{Bench.WorkerPool}' exec -j 1 -a - -- sh {NewFile("command")}; echo $? > {code}");
        await terminal.TypeAsync($"bash {NewFile("line")}");
        await terminal.TypeAsync("an item");
        await Until.WrittenAsync(begun);
        await terminal.CloseAsync();
        Assert.That(await Until.WrittenAsync(code), Is.EqualTo("129\n"));
        Assert.That(File.Exists(saved), "it had its time");
    }

    [Test]
    public async Task Names_stand_in_one_column_each_in_its_colour()
    {
        await using var terminal = await Terminal.OpenAsync(Folder);
        await terminal.RunAsync($"'{Bench.WorkerPool}' run hello --names ada,日本語,😀,工作-1", NewFile("first"));
        var first = await terminal.ColouredScreenAsync();
        await terminal.RunAsync($"clear; '{Bench.WorkerPool}' run hello --names 工作-1,ada", NewFile("second"));
        var second = await terminal.ColouredScreenAsync();
        await terminal.RunAsync($"clear; NO_COLOR=1 '{Bench.WorkerPool}' run hello --names ada", NewFile("third"));
        var plain = await terminal.ColouredScreenAsync();
        Assert.Multiple(() =>
        {
            string[] lines = [.. first.Split('\n').Where(l => l.Contains('│', StringComparison.Ordinal))];
            Assert.That(lines, Has.Length.EqualTo(8));
            Assert.That(lines.Select(l => DisplayWidth.Of(System.Text.RegularExpressions.Regex.Replace(l, "\e\\[[0-9;]*m", "").Split('│')[0])), Has.All.EqualTo("workerpool ".Length));
            Assert.That(ColourOf("ada", first), Is.Not.Empty.And.EqualTo(ColourOf("ada", second)));
            Assert.That(ColourOf("工作-1", first), Is.Not.Empty.And.EqualTo(ColourOf("工作-1", second)));
            Assert.That(ColourOf("ada", first), Is.Not.EqualTo(ColourOf("工作-1", first)));
            Assert.That(plain, Does.Contain("ada        │ Starting").And.Not.Contain("\e[38;5;"));
        });
    }

    [TestCase("TERM=dumb")]
    [TestCase("-u TERM")]
    public async Task A_terminal_that_knows_no_colours_gets_none_unless_they_are_asked_for(string without)
    {
        await using var terminal = await Terminal.OpenAsync(Folder);
        await terminal.RunAsync($"env {without} '{Bench.WorkerPool}' run hello --names ada", NewFile("first"));
        var plain = await terminal.ColouredScreenAsync();
        await terminal.RunAsync($"clear; env {without} FORCE_COLOR=1 '{Bench.WorkerPool}' run hello --names ada", NewFile("second"));
        Assert.That(plain, Does.Contain("ada        │ Starting").And.Not.Contain("\e[38;5;"));
        Assert.That(ColourOf("ada", await terminal.ColouredScreenAsync()), Is.Not.Empty);
    }

    [Test]
    public async Task A_names_width_is_the_terminals()
    {
        await using var terminal = await Terminal.OpenAsync(Folder);
        foreach (var name in (string[])["ada", "日本語", "한국어", "ｆｕｌｌ", "😀", "⚡", "✅", "é", "e\u0301", "a\u200bb", "🚀-1", "ツール", "naïve…", "│", "⌛", "ﾊﾝｶｸ"])
        {
            await terminal.TypeAsync($"clear; printf '%s' '{name}'; read -r");

            // The name and nothing else: neither the prompt, from before the line was typed, nor the line.
            Assert.That(
                await Until.TrueAsync(() => terminal.ScreenAsync().Result.Trim() is { Length: > 0 } screen
                    && !screen.Contains("printf", StringComparison.Ordinal) && !screen.Contains("ready>", StringComparison.Ordinal)),
                name);
            Assert.That(DisplayWidth.Of(name), Is.EqualTo(await terminal.ColumnAsync()), name);
            await terminal.KeyAsync("Enter");
            Assert.That(await Until.TrueAsync(() => terminal.ScreenAsync().Result.Contains("ready>", StringComparison.Ordinal)), name);
        }
    }

    private static string Script(string script) => $"sh -c '{script}'";

    private static int LinesOf(string file) => File.Exists(file) ? File.ReadAllLines(file).Length : 0;

    private static string ColourOf(string name, string screen) =>
        System.Text.RegularExpressions.Regex.Match(screen, $"\e\\[38;5;(\\d+)m{name} +│").Groups[1].Value;
}
