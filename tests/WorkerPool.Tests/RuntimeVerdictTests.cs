using WorkerPool.Supervision;

namespace WorkerPool.Tests;

/// <summary>What the runtime prints before it aborts, picked out of everything else on stderr.</summary>
internal sealed class RuntimeVerdictTests
{
    [TestCase("Stack overflow.", "stack overflow")]
    [TestCase("Stack overflow.\n   at A.B()\n   at A.C()", "stack overflow")]
    [TestCase("Out of memory.", "out of memory")]
    [TestCase("Unhandled exception. System.ArgumentException: bad\n   at A.B()", "unhandled exception: System.ArgumentException: bad")]
    [TestCase("Unhandled exception. System.Exception: outer\n ---> System.IO.IOException: inner", "unhandled exception: System.Exception: outer")]
    [TestCase("Fatal error. Internal CLR error. (0x80131506)", "fatal error: Internal CLR error. (0x80131506)")]
    [TestCase("Fatal error.\nFailed to create RW mapping\n   at A.B()", "fatal error: Failed to create RW mapping")]
    [TestCase("Fatal error.\n   at A.B()", "fatal error")]
    [TestCase("\n   Cannot print exception string because Exception.ToString() failed.", "unhandled exception that could not be printed (out of memory?)")]
    [TestCase("Process terminated. broke", "FailFast: broke")]
    [TestCase("Process terminated.\nbroke\n   at System.Environment.FailFast(System.String)", "FailFast: broke")]
    [TestCase("Process terminated.\n   at System.Environment.FailFast(System.String)", "FailFast")]
    [TestCase("Process terminated.\nRuntime operation halted by call to System.Environment.FailFast(). (0x80131623)\n   at A.B()", "FailFast")]
    [TestCase("Process terminated.", "FailFast")]
    [TestCase("before\nProcess terminated.\nbroke\nafter", "FailFast: broke")]
    [TestCase("Stack overflow.\nOut of memory.", "out of memory")]
    [TestCase("", null)]
    [TestCase("hello\nworld", null)]
    [TestCase("I said: Stack overflow.", null)]
    [TestCase("Stack overflow", null)]
    [TestCase(" Unhandled exception. x", null)]
    public void The_last_such_line_counts(string stderr, string? verdict)
    {
        var looking = new RuntimeVerdict();
        foreach (var line in stderr.Split('\n')) looking.Look(line);
        Assert.That(looking.Text, Is.EqualTo(verdict));
    }

    [Test]
    public void A_trace_of_any_length_behind_it_does_not_hide_it()
    {
        var looking = new RuntimeVerdict();
        looking.Look("Stack overflow.");
        for (var frame = 0; frame < 100_000; frame++) looking.Look($"   at A.Method{frame}()");
        Assert.That(looking.Text, Is.EqualTo("stack overflow"));
    }
}
