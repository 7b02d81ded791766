using System.Diagnostics;
using System.IO.Pipes;
using WorkerPool.Launch;
using WorkerPool.Targets;
using WorkerPool.TestBench;
using WorkerPool.Tests.Support;
using WorkerPool.Wire;
using WorkerPool.Wire.Payloads;

namespace WorkerPool.Tests;

/// <summary>A real worker whose parent speaks the wire wrongly, or is gone: it ends by itself, and says why.</summary>
internal sealed class ForgedParentTests : ProcessTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20); // ten times what is promised

    private static byte[] Welcome => WelcomeTo(endsAfterFirstTask: true);

    private static readonly TestCaseData[] Wrong =
    [
        Case("garbage", [.. new byte[100]], "no frame starts with the bytes 0000"),
        Case("oversized", TestFrame.Bytes(0x7FFF_FFFF, (byte)FrameKind.Run, 0, 1, []), "says that 2147483647 bytes follow"),
        Case("oversized welcome", TestFrame.Bytes(0x7FFF_0000, (byte)FrameKind.Welcome, 0, 1, []), "at most 1048576 may"),
        Case("unknown", TestFrame.Bytes(0, 99, 0, 1, []), "a frame of kind 99 is none that a parent may send"),
        Case("workers", TestFrame.Bytes(0, (byte)FrameKind.Result, 0, 1, []), "a frame of kind 6 is none that a parent may send"),
        Case("run first", TestFrame.Bytes(0, (byte)FrameKind.Run, 0, 1, []), "a Run frame was not due"),
        Case("target first", TestFrame.Bytes(0, (byte)FrameKind.Target, 0, 1, []), "a Target frame was not due"),
        Case("empty welcome", TestFrame.Bytes(0, (byte)FrameKind.Welcome, 0, 0, []), "the payload ends in the middle of a field"),
        Case("garbage welcome", new TestFrame(FrameKind.Welcome, FrameFlags.None, 0, [1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]).Bytes(), "a number has more than 10 bytes"),
        Case("endless grace", new TestFrame(FrameKind.Welcome, FrameFlags.None, 0, TestFrame.PayloadOf(new Welcome(true, 0, TimeSpan.MaxValue, null, null, null).Write)).Bytes(), "can't be waited for"),
        Case("no such level", new TestFrame(FrameKind.Welcome, FrameFlags.None, 0, TestFrame.PayloadOf(new Welcome(true, -3, TimeSpan.Zero, null, null, null).Write)).Bytes(), "no log level has the number -3"),
        Case("welcome twice", [.. Welcome, .. Welcome], "a Welcome frame was not due"),
        Case("target number", [.. Welcome, .. TestFrame.Bytes(0, (byte)FrameKind.Target, 0, 1L << 40, [])], "no target has the number 1099511627776"),
        Case("empty run", [.. Welcome, .. TestFrame.Bytes(0, (byte)FrameKind.Run, 0, 1, [])], "the payload ends in the middle of a field"),
        Case("out of step", [.. Welcome[1..], .. new byte[16]], "no frame starts with the bytes"),
    ];

    [TestCaseSource(nameof(Wrong))]
    public async Task A_worker_that_is_told_nonsense_ends_and_says_why(byte[] bytes, string reason)
    {
        using var parent = await ForgedParent.StartAsync();
        await parent.SendAsync(bytes);
        Assert.That(await parent.EndAsync(Patience), Does.Contain($"Worker 'forged' does not understand its parent: ").And.Contain(reason));
    }

    [Test]
    public async Task A_worker_whose_parent_dies_half_way_through_a_frame_ends_and_says_so()
    {
        foreach (var cut in (int[])[3, 16, 20])
        {
            using var parent = await ForgedParent.StartAsync();
            await parent.SendAsync(Welcome[..cut]);
            parent.HangUp();
            Assert.That(await parent.EndAsync(Patience), Does.Contain("the bytes ended in the middle of a frame"));
        }
    }

    [Test]
    public async Task So_does_one_that_has_begun_to_read_a_large_one([Values] bool isTerminated)
    {
        using var parent = await ForgedParent.StartAsync();
        await parent.SendAsync([.. Welcome, .. TestFrame.Bytes(50_000_000, (byte)FrameKind.Run, 0, 1, new byte[10_000_000])]);
        if (isTerminated) await Command.RunAsync("kill", ["-TERM", $"{parent.WorkerId}"]);
        else parent.HangUp();
        Assert.That(await parent.EndAsync(Patience), isTerminated ? Is.Empty : Does.Contain("the bytes ended in the middle of a frame"));
    }

    [Test]
    public async Task A_worker_reads_on_while_a_task_runs_that_came_with_the_beginning_of_a_large_frame()
    {
        var running = NewFile();
        var target = TargetReference.Of<Func<string, CancellationToken, Task<int>>>(Faults.WaitForToken, "target");
        var argument = Arguments.Write(target.Number, running, DefaultSerializer.Instance, "argument");
        using var parent = await ForgedParent.StartAsync();
        await parent.SendAsync(
        [
            .. WelcomeTo(endsAfterFirstTask: false), .. new TestFrame(FrameKind.Target, FrameFlags.None, target.Number, target.Bytes.ToArray()).Bytes(),
            .. new TestFrame(FrameKind.Run, FrameFlags.None, 1, System.Buffers.BuffersExtensions.ToArray(argument.Payload)).Bytes(),
            .. TestFrame.Bytes(50_000_000, (byte)FrameKind.Run, 0, 2, new byte[1000]),
        ]);
        await Until.WrittenAsync(running);
        await parent.SendAsync(new byte[50_000_000 - 1000]).WaitAsync(Patience);
        await parent.SendAsync(new byte[100]);
        Assert.That(await parent.EndAsync(Patience), Does.Contain("no frame starts with the bytes 0000"));
    }

    [Test]
    public async Task A_worker_whose_parent_hangs_up_ends_without_a_word()
    {
        using var parent = await ForgedParent.StartAsync();
        parent.HangUp();
        Assert.That(await parent.EndAsync(Patience), Is.Empty);
    }

    [Test]
    public async Task A_spinning_target_does_not_keep_it_alive()
    {
        var running = NewFile();
        var target = TargetReference.Of<Action<string>>(Endings.SpinAfter, "target");
        var argument = Arguments.Write(target.Number, running, DefaultSerializer.Instance, "argument");
        using var parent = await ForgedParent.StartAsync();
        await parent.SendAsync(
        [
            .. Welcome, .. new TestFrame(FrameKind.Target, FrameFlags.None, target.Number, target.Bytes.ToArray()).Bytes(),
            .. new TestFrame(FrameKind.Run, FrameFlags.None, 0, System.Buffers.BuffersExtensions.ToArray(argument.Payload)).Bytes(),
        ]);
        await Until.WrittenAsync(running);
        await parent.SendAsync(new byte[100]);
        Assert.That(await parent.EndAsync(Patience), Does.Contain("no frame starts with the bytes 0000"));
    }

    private static byte[] WelcomeTo(bool endsAfterFirstTask) =>
        new TestFrame(FrameKind.Welcome, FrameFlags.None, 0, TestFrame.PayloadOf(new Welcome(endsAfterFirstTask, 0, TimeSpan.FromSeconds(5), null, null, null).Write)).Bytes();

    private static TestCaseData Case(string name, byte[] bytes, string reason) => new TestCaseData(bytes, reason).SetArgDisplayNames(name);

    /// <summary>Starts the test bench as a worker, as the library does, and talks to it by hand.</summary>
    private sealed class ForgedParent : IDisposable
    {
        private readonly Process _worker;
        private readonly Task<string> _words;

        private ForgedParent(Process worker) => (_worker, _words) = (worker, worker.StandardError.ReadToEndAsync());

        internal int WorkerId => _worker.Id;

        internal static async Task<ForgedParent> StartAsync()
        {
            var info = new ProcessStartInfo(Bench.TestBench) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
            info.ArgumentList.Add(LaunchTicket.Argument);
            info.ArgumentList.Add("forged");
            LaunchEnvironment.Prepare(info.Environment, LaunchCommand.Of([Bench.TestBench]), new LaunchTicket
            {
                Name = "forged",
                ShortName = "forged",
                Slot = 0,
                Generation = 1,
                ParentName = "forger",
                ParentId = Environment.ProcessId,
                Identity = "1",
                Depth = 1,
                Undo = [],
            });
            var parent = new ForgedParent(Process.Start(info)!);
            await parent.ReadHelloAsync();
            return parent;
        }

        internal async Task SendAsync(byte[] bytes)
        {
            await _worker.StandardInput.BaseStream.WriteAsync(bytes);
            await _worker.StandardInput.BaseStream.FlushAsync();
        }

        internal void HangUp() => ((AnonymousPipeClientStream)_worker.StandardInput.BaseStream).Dispose();

        /// <summary>What it said on stderr, once it has ended by itself.</summary>
        internal async Task<string> EndAsync(TimeSpan patience)
        {
            Assert.That(await Until.GoneAsync(_worker.Id, patience), "the worker did not end by itself");
            return await _words.WaitAsync(patience);
        }

        public void Dispose()
        {
            _worker.Kill();
            _worker.WaitForExit();

            // Process leaves open what it has handed out.
            HangUp();
            _worker.StandardOutput.Dispose();
            _worker.StandardError.Dispose();
            _worker.Dispose();
        }

        private async Task ReadHelloAsync()
        {
            var bytes = new List<byte>();
            var buffer = new byte[4096];
            var output = _worker.StandardOutput.BaseStream;
            while (ParsedFrames.Of([.. bytes], fromWorker: true).Frames.Count == 0)
            {
                var count = await output.ReadAsync(buffer);
                Assert.That(count, Is.GreaterThan(0), "the worker ended before its hello");
                bytes.AddRange(buffer.AsSpan(0, count));
            }

            var frame = ParsedFrames.Of([.. bytes], fromWorker: true).Frames.Single();
            Assert.That(Hello.Read(new(frame.Payload)).ProcessId, Is.EqualTo(_worker.Id));
        }
    }
}
