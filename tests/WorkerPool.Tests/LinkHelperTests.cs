using WorkerPool.Launch;
using WorkerPool.Tests.Support;
using WorkerPool.Wire;

namespace WorkerPool.Tests;

/// <summary>A second thread waits for input and reads it: nothing that comes, the end least of all, is missed between the two.</summary>
[TestFixture]
[Platform("Linux", Reason = "elsewhere one thread reads")]
[CancelAfter(60_000)]
internal sealed class LinkHelperTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private TestPipe _in = null!;
    private TestPipe _out = null!;
    private LinkRecorder _sees = null!;

    [SetUp]
    public void Join() => (_in, _out, _sees) = (new TestPipe(), new TestPipe(), new LinkRecorder());

    [TearDown]
    public void Part()
    {
        _in.Dispose();
        _out.Dispose();
    }

    // Its last bytes and the end are one event for who waits, and the reader thread has stopped waiting.
    [Test]
    public async Task The_end_of_file_in_the_middle_of_a_large_frame_is_seen_by_who_reads_it_alone()
    {
        var link = Worker(TestPipe.Side(_in, _out, portable: false, helped: true));
        var frame = new TestFrame(FrameKind.Run, FrameFlags.None, 1, new byte[1_000_000]).Bytes();
        _in.Writer.Write(frame.AsSpan(0, 30_000));
        Assert.That(link.ReadAsHelper(), "it goes on");
        link.Start();
        _in.Writer.Write(frame.AsSpan(30_000, 30_000));
        _in.Writer.Dispose();

        await HelpToTheEndAsync(link);
        Assert.That((await _sees.InputEnded.WaitAsync(Patience))?.Message, Does.Contain("middle of a frame"));
        await EndAsync(link);
    }

    [Test]
    public async Task What_is_no_frame_is_told_though_it_came_in_one_go_with_a_large_frame()
    {
        var link = Worker(new ShortPipes(TestPipe.Side(_in, _out, portable: false, helped: true)));
        Assume.That(Posix.GrowPipe((int)_in.Reader.SafePipeHandle.DangerousGetHandle(), PipePair.MostCapacity), "all of it fits into the pipe");
        _in.Writer.Write([.. new TestFrame(FrameKind.Run, FrameFlags.None, 1, [.. Enumerable.Range(0, 400_000).Select(LinkRecorder.Value)]).Bytes(), .. new byte[1000]]);
        await HelpToTheEndAsync(link);
        link.Start();
        Assert.That((await _sees.InputEnded.WaitAsync(Patience))?.Message, Does.Contain("no frame starts with"));
        Assert.That(_sees.Frames, Is.EqualTo(new[] { (FrameKind.Run, 1L, 400_000, true) }));
        await EndAsync(link);
    }

    [Test]
    public async Task A_helper_that_is_asked_to_help_and_to_rest_in_one_event_leaves_input_to_the_reader()
    {
        var link = new Link(TestPipe.Side(_in, _out, portable: false), _sees, "test parent", fromWorker: true);
        _sees.OnFrame = id =>
        {
            if (id is 1 or 3) link.LetHelp();
            if (id is 2 or 3) link.LetRest();
        };
        link.Start();
        _in.Writer.Write(TestFrame.Magic);
        for (var id = 1; id <= 4; id++)
        {
            _in.Writer.Write(new TestFrame(FrameKind.Result, FrameFlags.None, id, []).Bytes());
            Assert.That(await _sees.ArrivedAsync(), $"frame {id} is read");
        }

        await EndAsync(link);
    }

    [Test]
    public async Task An_interrupt_keeps_nothing_from_being_done_and_stays_for_the_next_wait([Values("close", "add", "flush")] string what)
    {
        Action<Link> does = what switch
        {
            "close" => static link => link.Close(),
            "add" => static link => link.Add(FrameKind.Stop, FrameFlags.None, 0, new PayloadBuffer()),
            _ => static link => link.Flush(),
        };
        var pipes = new HeldPipes(TestPipe.Side(_in, _out, portable: false));
        var link = new Link(pipes, _sees, "test parent", fromWorker: true);
        link.Start();
        var sends = Task.Run(() => link.Send(FrameKind.Stop, FrameFlags.None, 0, new PayloadBuffer()));
        Assert.That(pipes.Writes.Wait(Patience));

        var outcome = new TaskCompletionSource<bool>();
        var interrupted = new Thread(() =>
        {
            try
            {
                Thread.CurrentThread.Interrupt();
                does(link);
            }
            catch (ThreadInterruptedException)
            {
                outcome.SetResult(false);
                return;
            }

            outcome.SetResult(IsInterrupted());
        });
        interrupted.Start();
        Assert.That(await Until.TrueAsync(() => outcome.Task.IsCompleted || interrupted.ThreadState.HasFlag(ThreadState.WaitSleepJoin)));
        pipes.MayWrite.Set();
        Assert.That(await outcome.Task.WaitAsync(Patience), "it was done, and the interrupt is there");
        await sends.WaitAsync(Patience);
        link.Close();
        await _sees.Ended.WaitAsync(Patience);

        static bool IsInterrupted()
        {
            try
            {
                Thread.Sleep(0);
                return false;
            }
            catch (ThreadInterruptedException)
            {
                return true;
            }
        }
    }

    private Link Worker(PipePair pipes) => new(pipes, _sees, "test worker", fromWorker: false);

    private static async Task HelpToTheEndAsync(Link link)
    {
        var helps = new TaskCompletionSource();
        new Thread(() =>
        {
            while (link.ReadAsHelper())
            {
            }

            helps.SetResult();
        })
        { IsBackground = true }.Start();
        await helps.Task.WaitAsync(Patience);
    }

    private async Task EndAsync(Link link)
    {
        link.Close();
        await _sees.Ended.WaitAsync(Patience);
    }

    /// <summary>A write is held until it may go on, and with it the link's lock.</summary>
    private sealed class HeldPipes(PipePair pipes) : PassedOnPipes(pipes)
    {
        internal ManualResetEventSlim Writes { get; } = new();

        internal ManualResetEventSlim MayWrite { get; } = new();

        internal override int Write(ReadOnlySpan<byte> bytes)
        {
            Writes.Set();
            MayWrite.Wait();
            return base.Write(bytes);
        }
    }

    /// <summary>The first read finds little of what is there.</summary>
    private sealed class ShortPipes(PipePair pipes) : PassedOnPipes(pipes)
    {
        private bool _hasRead;

        internal override int Read(Span<byte> buffer)
        {
            var length = _hasRead ? buffer.Length : 10_000;
            _hasRead = true;
            return base.Read(buffer[..length]);
        }
    }
}
