using WorkerPool.Launch;
using WorkerPool.Supervision;
using WorkerPool.Wire;

namespace WorkerPool.Tests;

/// <summary>The judge of a worker's end, over its whole table: farewell × status × cause.</summary>
internal sealed class ExitMeaningTests
{
    private const int Sigkill = 9;
    private const string Threw = "System.Exception: bad";

    private static readonly EndCause[] AllCauses = Enum.GetValues<EndCause>();
    private static readonly EndCause[] RealCauses = [.. AllCauses.Where(c => c != EndCause.None)];

    [Test]
    public void A_farewell_and_the_same_code_say_how_it_ended_whatever_the_parent_did([ValueSource(nameof(AllCauses))] EndCause cause)
    {
        Assert.Multiple(() =>
        {
            Assert.That(Of(Exited(0), Said(0), cause), Is.EqualTo(new ExitMeaning(0, null, "returned", true)));
            Assert.That(Of(Exited(7), Said(7), cause), Is.EqualTo(new ExitMeaning(7, null, "returned, with exit code 7", true)));
            Assert.That(Of(Exited(1), Said(1), cause, thrown: Threw), Is.EqualTo(new ExitMeaning(1, null, "threw System.Exception: bad", false)));
            Assert.That(Of(Exited(3), Said(3, returned: false), cause), Is.EqualTo(new ExitMeaning(3, null, "exited with code 3", false)));
            Assert.That(Of(Exited(0), Said(0, returned: false), cause), Is.EqualTo(new ExitMeaning(0, null, "exited with code 0", false)));
            Assert.That(Of(Exited(143), Said(143, signal: 15), cause), Is.EqualTo(new ExitMeaning(143, 15, "ended in order on SIGTERM", false)));
        });
    }

    [Test]
    public void In_order_is_said_of_SIGTERM_only_where_its_task_had_ended()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Of(Exited(143), Said(143, returned: false, signal: 15)), Is.EqualTo(new ExitMeaning(143, 15, "exited in the middle of its task, as the grace was over, on SIGTERM", false)));
            Assert.That(Of(Exited(3), Said(3, returned: false, signal: 15)), Is.EqualTo(new ExitMeaning(3, null, "exited with code 3", false)), "its target did, after the signal");
        });
    }

    [Test]
    public void Where_the_system_keeps_no_status_a_farewell_is_believed_and_else_the_parent_or_the_runtime()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Of(ExitStatus.Unknown, Said(0)), Is.EqualTo(new ExitMeaning(0, null, "returned", true)));
            Assert.That(Of(ExitStatus.Unknown, Said(3, returned: false)), Is.EqualTo(new ExitMeaning(3, null, "exited with code 3", false)));
            Assert.That(Of(ExitStatus.Unknown, null, EndCause.Killed), Is.EqualTo(new ExitMeaning(137, 9, "killed by its parent: the cause", false)));
            Assert.That(Of(ExitStatus.Unknown, null, verdict: "stack overflow").Text, Is.EqualTo("stack overflow"));
            Assert.That(Of(ExitStatus.Unknown, null), Has.Property("Text").Contains("how is not known").And.Property("Signal").Null);
        });
    }

    [TestCase(137)]
    [TestCase(143)]
    [TestCase(255)]
    public void A_farewell_tells_a_high_code_from_a_signal_where_the_system_cannot(int code)
    {
        Assert.That(Of(Unsure(code), Said(code, returned: false)), Is.EqualTo(new ExitMeaning(code, null, $"exited with code {code}", false)));
        Assert.That(Of(Unsure(143), Said(143, signal: 15)), Is.EqualTo(new ExitMeaning(143, 15, "ended in order on SIGTERM", false)));
    }

    [TestCase(-1, 255)]
    [TestCase(256, 0)]
    [TestCase(259, 3)]
    public void A_code_that_the_system_cuts_is_still_the_same_code(int said, int got) =>
        Assert.That(Of(Exited(got), Said(said, returned: false)), Is.EqualTo(new ExitMeaning(got, null, $"exited with code {got}", false)));

    [Test]
    public void A_farewell_and_another_code_is_an_exit_handler_that_changed_it([ValueSource(nameof(AllCauses))] EndCause cause)
    {
        Assert.That(Of(Exited(6), Said(5), cause), Is.EqualTo(new ExitMeaning(6, null, "exited with code 6", false)));
        Assert.That(Of(Exited(134), Said(5), cause), Is.EqualTo(new ExitMeaning(134, null, "exited with code 134", false)));
    }

    [Test]
    public void A_farewell_and_a_signal_is_a_death_on_the_way_out([ValueSource(nameof(AllCauses))] EndCause cause)
    {
        Assert.That(Of(Killed(11), Said(4), cause), Is.EqualTo(new ExitMeaning(139, 11, "killed by SIGSEGV while it exited with code 4", false)));
        Assert.That(Of(Killed(9), Said(137), cause).Signal, Is.EqualTo(9));
    }

    [Test]
    public void A_farewell_and_a_code_that_may_be_a_signal_says_both()
    {
        var meaning = Of(Unsure(139), Said(4));
        Assert.That(meaning, Is.EqualTo(new ExitMeaning(139, null, "exited with code 139, or killed by SIGSEGV while it exited with code 4", false)));
    }

    [Test]
    public void SIGKILL_without_a_farewell_is_the_parents_where_the_parent_killed([ValueSource(nameof(RealCauses))] EndCause cause)
    {
        foreach (var status in (ExitStatus[])[Killed(Sigkill), Unsure(137)])
        {
            Assert.That(Of(status, null, cause, verdict: "stack overflow"), Is.EqualTo(new ExitMeaning(137, Sigkill, "killed by its parent: the cause", false)));
        }
    }

    [Test]
    public void SIGKILL_without_a_cause_was_somebody_else()
    {
        Assert.That(Of(Killed(Sigkill)), Is.EqualTo(new ExitMeaning(137, Sigkill, "killed by SIGKILL (out of memory?)", false)));
        Assert.That(Of(Unsure(137)), Is.EqualTo(new ExitMeaning(137, null, "killed by SIGKILL (out of memory?), or exited with 137", false)));
    }

    [Test]
    public void An_exit_code_137_that_is_known_to_be_one_is_not_the_parents_doing([ValueSource(nameof(AllCauses))] EndCause cause) =>
        Assert.That(Of(Exited(137), null, cause), Is.EqualTo(new ExitMeaning(137, null, Told(cause, "exited with code 137"), false)));

    [Test]
    public void An_abort_is_what_the_runtime_said_it_was([ValueSource(nameof(AllCauses))] EndCause cause)
    {
        Assert.That(Of(Killed(6), null, cause, verdict: "stack overflow"), Is.EqualTo(new ExitMeaning(134, 6, Told(cause, "stack overflow"), false)));
        Assert.That(Of(Unsure(134), null, cause, verdict: "FailFast: x"), Is.EqualTo(new ExitMeaning(134, null, Told(cause, "FailFast: x"), false)));
        Assert.That(Of(Killed(6), null, cause), Is.EqualTo(new ExitMeaning(134, 6, Told(cause, "killed by SIGABRT"), false)));
        Assert.That(Of(Unsure(134), null, cause), Is.EqualTo(new ExitMeaning(134, null, Told(cause, "killed by SIGABRT, or exited with 134"), false)));
    }

    [TestCase(1, "SIGHUP")]
    [TestCase(4, "SIGILL (native crash)")]
    [TestCase(7, "SIGBUS (native crash)")]
    [TestCase(8, "SIGFPE (native crash)")]
    [TestCase(11, "SIGSEGV (native crash)")]
    [TestCase(15, "SIGTERM")]
    [TestCase(31, "SIGSYS")]
    [TestCase(34, "signal 34")]
    public void Any_other_signal_has_its_name_and_no_verdict_changes_it(int signal, string name)
    {
        Assert.That(Of(Killed(signal), null, EndCause.Killed, verdict: "stack overflow"), Is.EqualTo(new ExitMeaning(128 + signal, signal, $"killed by {name}", false)));
        Assert.That(Of(Unsure(128 + signal)), Is.EqualTo(new ExitMeaning(128 + signal, null, $"killed by {name}, or exited with {128 + signal}", false)));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(128)]
    public void A_code_without_a_farewell_is_native_code_that_exited(int code)
    {
        foreach (var cause in AllCauses)
        {
            Assert.That(Of(Exited(code), null, cause, verdict: "stack overflow"), Is.EqualTo(new ExitMeaning(code, null, Told(cause, $"exited with code {code}"), false)));
        }
    }

    // What it did before it ended is told too, when that was the parent's reason to end it.
    private static string Told(EndCause cause, string words) => cause is EndCause.BrokenWire or EndCause.WrongBuild ? $"{words}; the cause" : words;

    [Test]
    public void A_worker_that_the_system_did_not_end_in_time_counts_as_killed()
    {
        var meaning = ExitMeaning.Of(null, Said(0), EndCause.Killed, "the cause", null, null);
        Assert.That(meaning, Is.EqualTo(new ExitMeaning(137, Sigkill, "killed by its parent: the cause; the system has not ended it yet", false)));
    }

    [TestCase(0x0000, 0, null)]
    [TestCase(0x0300, 3, null)]
    [TestCase(0x8900, 137, null)]
    [TestCase(0x0009, 137, 9)]
    [TestCase(0x008B, 139, 11)] // with a core dump
    public void A_status_word_is_read_as_wait_gives_it(int word, int code, int? signal) =>
        Assert.That(ExitStatus.FromWaitStatus(word), Is.EqualTo(new ExitStatus(code, signal, true)));

    private static ExitMeaning Of(ExitStatus status, Farewell? farewell = null, EndCause cause = EndCause.None, string? thrown = null, string? verdict = null) =>
        ExitMeaning.Of(status, farewell, cause, "the cause", thrown, verdict);

    private static ExitStatus Exited(int code) => new(code, null, IsExact: true);

    private static ExitStatus Killed(int signal) => new(128 + signal, signal, IsExact: true);

    // As systems tell it that know no more than the shell's $?.
    private static ExitStatus Unsure(int code) => new(code, null, IsExact: false);

    private static Farewell Said(int code, bool returned = true, int signal = 0) => new(code, returned, signal);
}
