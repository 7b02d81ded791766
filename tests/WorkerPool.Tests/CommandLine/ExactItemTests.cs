using System.Text;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.CommandLine;

/// <summary>A command gets each item exactly: byte for byte, in one argument, past no shell.</summary>
internal sealed class ExactItemTests : ProcessTest
{
    private static readonly string[] Names =
    [
        "plain", "two words", " lead and trail ", "q\"uote's", "$(touch pwned)", "`touch pwned`", "a;b", "a&b|c", "> out", "*", "~", "-dash", "--help", "{}", "{#}",
        @"back\slash", "new\nline", "tab\tand\rreturn", "😀 日本語", "é", "'", "#!", "%s%n", new('n', 255),
    ];

    [Test]
    public async Task Names_of_files_arrive_as_find_gives_them()
    {
        var folder = Directory.CreateDirectory(NewFile("files")).FullName;
        foreach (var name in Names) await File.WriteAllTextAsync(Path.Combine(folder, name), "");
        var run = await Executable.ShellAsync("find . -type f -print0 | sort -z | tee ../all | \"$W\" exec -0 -k -j 3 -- printf '%s\\0' {} > ../got; cmp ../all ../got && find . -type f -print0 | tr -dc '\\0' | wc -c", folder);
        Assert.That(run.Output.Trim(), Is.EqualTo($"{Names.Length}"), "exactly the files that were there, and nothing was run\n" + run.Error);
    }

    [Test]
    public async Task Names_behind_the_mark_arrive_as_they_are()
    {
        var run = await Executable.RunAsync(["exec", "-k", "-j", "2", "--", "printf", @"%s\0", "{}", ":::", .. Names, ""]);
        Assert.That(run.Output.Split('\0')[..^1], Is.EqualTo((string[])[.. Names, ""]), run.Error);
    }

    [Test]
    public async Task Bytes_that_are_no_text_arrive_too()
    {
        // From stdin, from the command line, and in the command itself.
        var run = await Executable.ShellAsync(
            "printf 'a\\377b\\0\\200\\0' | \"$W\" exec -0 -k -j 1 -- printf '%s' $'<\\xfe>' {} | od -An -tx1 | tr -d ' \\n'; echo; \"$W\" exec -j 1 -- printf '%s' {} ::: $'c\\xff' | od -An -tx1", Folder);
        Assert.That(run.Output, Is.EqualTo("3cfe3e61ff623cfe3e80\n 63 ff\n"), run.Error);
    }

    [Test]
    public async Task Four_thousand_bytes_of_path_arrive()
    {
        var long4000 = string.Join('/', Enumerable.Repeat("😀 $(x);'" + new string('d', 186), 20)); // 20 folders of 199 bytes and a slash
        var run = await Executable.RunOnInputAsync(long4000 + "\n", "exec", "-j", "1", "--", "printf", "%s|%s|%s", "{}", "{/}", "{.}");
        Assert.Multiple(() =>
        {
            Assert.That(Encoding.UTF8.GetByteCount(long4000), Is.GreaterThan(3900));
            Assert.That(run.Output, Is.EqualTo($"{long4000}|{long4000.Split('/')[^1]}|{long4000}"), run.Error);
        });
    }

    [Test]
    public async Task An_item_that_is_too_long_for_an_argument_fails_alone_and_says_why()
    {
        // One that fits, one that the kernel refuses, one that is not even kept.
        var run = await Executable.ShellAsync(
            "{ head -c 131071 /dev/zero | tr '\\0' a; echo; head -c 131072 /dev/zero | tr '\\0' b; echo; head -c 3000000 /dev/zero | tr '\\0' c; echo; echo d; } | \"$W\" exec --names w -- sh -c 'echo ${#1}' sh {}", Folder);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1));
            Assert.That(run.Output, Is.EqualTo("131071\n1\n"));
            Assert.That(run.Error, Does.Contain("failed: it has 131072 bytes, and the system takes 131071 at most in one argument of a command"));
            Assert.That(run.Error, Does.Contain("failed: it has 3000000 bytes, and the system takes 131071 at most in one argument of a command"));
        });
    }

    [Test]
    public async Task A_zero_byte_inside_a_line_is_refused_with_what_to_do()
    {
        var run = await Executable.ShellAsync("printf 'a\\0b\\nc\\n' | \"$W\" exec -j 1 -- echo", Folder);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1));
            Assert.That(run.Output, Is.EqualTo("c\n"));
            Assert.That(run.Error, Does.Contain("it holds a zero byte, which no argument can; with -0, zero bytes stand between items"));
        });
    }

    [Test]
    public async Task A_target_takes_text_alone()
    {
        var run = await Executable.ShellAsync("printf '\\377\\n' | \"$W\" run sha256 -j 1", Folder);
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(1));
            Assert.That(run.Error, Does.Contain("it is not UTF-8, and a target takes text"));
        });
    }
}
