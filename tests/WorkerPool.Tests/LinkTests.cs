using System.Buffers;
using WorkerPool.Launch;
using WorkerPool.Tests.Support;
using WorkerPool.Wire;

namespace WorkerPool.Tests;

/// <summary>Two links over kernel pipes: by poll(2), and by the streams that other systems use. Nothing on them can be held up by the other side.</summary>
[TestFixture(false)]
[TestFixture(true)]
[CancelAfter(60_000)]
internal sealed class LinkTests(bool portable)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private TestPipe _toParent = null!;
    private TestPipe _toWorker = null!;
    private LinkRecorder _parentSees = null!;
    private LinkRecorder _workerSees = null!;
    private Link _parent = null!;
    private Link _worker = null!;
    private bool _workerStarted;

    [SetUp]
    public void Join()
    {
        (_toParent, _toWorker) = (new TestPipe(), new TestPipe());
        (_parentSees, _workerSees) = (new LinkRecorder(), new LinkRecorder());
        _parent = new Link(TestPipe.Side(_toParent, _toWorker, portable), _parentSees, "test parent", fromWorker: true);
        _worker = new Link(TestPipe.Side(_toWorker, _toParent, portable), _workerSees, "test worker", fromWorker: false);
        _parent.Start();
        _workerStarted = false;
    }

    [TearDown]
    public async Task Part()
    {
        if (!_workerStarted) StartWorker();
        _parent.Close();
        _worker.Close();
        await _parentSees.Ended.WaitAsync(Patience);
        await _workerSees.Ended.WaitAsync(Patience);
        _toParent.Dispose();
        _toWorker.Dispose();
    }

    [Test]
    public async Task Frames_go_both_ways_in_order()
    {
        StartWorker();
        _worker.SendGreeting(LinkRecorder.Pattern(50));
        for (var i = 1; i <= 1000; i++)
        {
            _worker.Send(FrameKind.Result, FrameFlags.None, i, LinkRecorder.Pattern(i * 3));
            _parent.Send(FrameKind.Run, FrameFlags.None, i, LinkRecorder.Pattern(i * 2));
        }

        for (var i = 0; i <= 1000; i++) Assert.That(await _parentSees.ArrivedAsync());
        for (var i = 0; i < 1000; i++) Assert.That(await _workerSees.ArrivedAsync());
        Assert.That(_parentSees.Frames.Select(f => f.TaskId), Is.EqualTo(Enumerable.Range(0, 1001)));
        Assert.That(_workerSees.Frames.Select(f => f.TaskId), Is.EqualTo(Enumerable.Range(1, 1000)));
        Assert.That(_parentSees.Frames.Concat(_workerSees.Frames), Has.All.Matches<(FrameKind, long, int, bool IsIntact)>(f => f.IsIntact));
    }

    [Test]
    public async Task A_hundred_megabytes_each_way_at_once()
    {
        const int Length = 100_000_000;
        StartWorker();
        _worker.SendGreeting(LinkRecorder.Pattern(50));
        Assert.That(await _parentSees.ArrivedAsync());
        _worker.Send(FrameKind.Result, FrameFlags.None, 1, LinkRecorder.Pattern(Length));
        _parent.Send(FrameKind.Run, FrameFlags.None, 1, LinkRecorder.Pattern(Length));
        Assert.That(await _parentSees.ArrivedAsync() && await _workerSees.ArrivedAsync());
        Assert.That(_parentSees.Frames.Last(), Is.EqualTo((FrameKind.Result, 1L, Length, true)));
        Assert.That(_workerSees.Frames.Last(), Is.EqualTo((FrameKind.Run, 1L, Length, true)));
        Assert.That(_parent.WaitForBacklog(0, Patience) && _worker.WaitForBacklog(0, Patience));
    }

    [Test]
    public async Task Close_ends_the_thread_though_the_other_side_neither_reads_nor_writes()
    {
        for (var i = 0; i < 50; i++) _parent.Send(FrameKind.Run, FrameFlags.None, i, LinkRecorder.Pattern(100_000));
        Assert.That(_parent.WaitForBacklog(0, TimeSpan.FromMilliseconds(1)), Is.False);
        _parent.Close();
        await _parentSees.Ended.WaitAsync(Patience);
        Assert.That(() => _parent.Send(FrameKind.Stop, FrameFlags.None, 0, new PayloadBuffer()), Throws.Nothing);
    }

    [Test]
    public async Task Close_ends_the_thread_after_end_of_file_too()
    {
        _toParent.Writer.Dispose();
        Assert.That(await _parentSees.InputEnded.WaitAsync(Patience), Is.Null);
        _parent.Close();
        await _parentSees.Ended.WaitAsync(Patience);
    }

    [Test]
    public async Task The_process_end_is_told_after_end_of_file_too()
    {
        _toParent.Writer.Dispose();
        await _parentSees.InputEnded.WaitAsync(Patience);
        _parent.ProcessExited();
        await _parentSees.Ended.WaitAsync(Patience);
    }

    [Test]
    public async Task A_wait_for_the_backlog_ends_when_the_other_side_dies()
    {
        for (var i = 0; i < 50; i++) _parent.Send(FrameKind.Run, FrameFlags.None, i, LinkRecorder.Pattern(100_000));
        var wait = Task.Run(() => _parent.WaitForBacklog(0, Timeout.InfiniteTimeSpan));
        _toWorker.Reader.Dispose();
        Assert.That(await wait.WaitAsync(Patience), Is.False);
        _workerStarted = true;
        _workerSees = _parentSees; // that side's pipe is gone
    }

    // A result that was waited for has left the process: what happens to that afterwards costs it no more.
    [Test]
    public void What_was_waited_for_is_in_the_pipe()
    {
        var fd = (int)_toParent.Reader.SafePipeHandle.DangerousGetHandle();
        _parent.Close();
        Assert.That(_parentSees.Ended.Wait(Patience));
        StartWorker();
        var bytes = new byte[100_000];
        for (var i = 0; i < 200; i++)
        {
            _worker.Send(FrameKind.Result, FrameFlags.None, i, LinkRecorder.Pattern(10_000));
            Assert.That(_worker.WaitForBacklog(0, Patience));
            Assert.That(Posix.Read(fd, bytes), Is.EqualTo(10_000 + FrameHeader.Size));
        }
    }

    // The pipe may hold a large frame's memory itself, until its reader comes.
    [Test]
    public void What_the_pipe_took_is_not_touched_by_who_gets_its_memory_next()
    {
        var fd = (int)_toWorker.Reader.SafePipeHandle.DangerousGetHandle();
        StartWorker();
        _worker.Close();
        Assert.That(_workerSees.Ended.Wait(Patience));
        var payload = new byte[5_000_000];
        new Random(1).NextBytes(payload);
        var frame = new PayloadBuffer();
        frame.Write(payload);
        _parent.Send(FrameKind.Run, FrameFlags.None, 1, frame);
        var read = new byte[FrameHeader.Size + payload.Length];
        var at = 0;
        while (!_parent.WaitForBacklog(0, TimeSpan.Zero)) at += Math.Max(0, Posix.Read(fd, read.AsSpan(at, Math.Min(50_000, read.Length - at))));
        var blocks = Enumerable.Range(0, 16).Select(_ => ArrayPool<byte>.Shared.Rent(1 << 20)).ToList();
        foreach (var block in blocks) block.AsSpan().Fill(0xEE);
        while (at < read.Length) at += Math.Max(0, Posix.Read(fd, read.AsSpan(at)));
        Assert.That(read.AsSpan(FrameHeader.Size).SequenceEqual(payload));
        foreach (var block in blocks) ArrayPool<byte>.Shared.Return(block);
    }

    [Test]
    public async Task A_frame_leaves_while_its_end_is_still_copied_and_keeps_its_place()
    {
        const int Length = 20 << 20;
        StartWorker();
        using var late = LinkRecorder.LatePattern(Length);
        _parent.Send(FrameKind.Run, FrameFlags.None, 1, late.Share());
        _parent.Send(FrameKind.Run, FrameFlags.None, 2, LinkRecorder.Pattern(100));
        Assert.That(await Until.TrueAsync(() => _parent.Written == FrameHeader.Size + 1), "what is there leaves");
        Assert.That(_parent.WaitForBacklog(0, TimeSpan.Zero), Is.False);
        Assert.That(_parent.Written, Is.EqualTo(FrameHeader.Size + 1), "what is not there does not");
        late.CopyLate();
        Assert.That(await _workerSees.ArrivedAsync() && await _workerSees.ArrivedAsync());
        Assert.That(_workerSees.Frames, Is.EqualTo(new[] { (FrameKind.Run, 1L, Length, true), (FrameKind.Run, 2L, 100, true) }));
    }

    [Test]
    public async Task A_full_pipe_is_not_tried_again_for_each_part_that_is_copied()
    {
        using var full = new TestPipe();
        using var silent = new TestPipe();
        var sees = new LinkRecorder();
        var pipes = new CountingPipes(TestPipe.Side(silent, full, portable));
        var link = new Link(pipes, sees, "test copier", fromWorker: true);
        link.Start();
        using var late = LinkRecorder.LatePattern(20 << 20);
        link.Send(FrameKind.Run, FrameFlags.None, 1, late.Share());
        late.CopyLate();

        link.Close();
        await sees.Ended.WaitAsync(Patience);
        Assert.That(pipes.Refused, Is.LessThan(10), "times that nothing was taken; nobody reads");
    }

    [Test]
    public async Task What_is_copied_when_the_other_side_has_died_goes_nowhere()
    {
        using var late = LinkRecorder.LatePattern(20 << 20);
        _parent.Send(FrameKind.Run, FrameFlags.None, 1, late.Share());
        _toWorker.Reader.Dispose();
        late.CopyLate();
        Assert.That(await Task.Run(() => _parent.WaitForBacklog(0, Timeout.InfiniteTimeSpan)).WaitAsync(Patience), Is.False);
        _workerStarted = true;
        _workerSees = _parentSees; // that side's pipe is gone
    }

    // The worker is dead, and a child of its own holds the pipe open: no end-of-file will come.
    [Test]
    public async Task What_a_dead_process_left_in_its_pipe_is_read()
    {
        byte[] frames = [.. TestFrame.Magic, .. Enumerable.Range(0, 60).SelectMany(i => new TestFrame(FrameKind.Result, FrameFlags.None, i, new byte[1000]).Bytes())];
        Posix.Write((int)_toParent.Writer.SafePipeHandle.DangerousGetHandle(), frames);
        _parent.ProcessExited();
        Assert.That(await _parentSees.InputEnded.WaitAsync(Patience), Is.Null);
        await _parentSees.Ended.WaitAsync(Patience);
        Assert.That(_parentSees.Frames, Has.Count.EqualTo(60));
    }

    [Test]
    public async Task Broken_bytes_end_the_input_with_the_reason()
    {
        Posix.Write((int)_toParent.Writer.SafePipeHandle.DangerousGetHandle(), [.. TestFrame.Magic, .. new byte[100]]);
        Assert.That((await _parentSees.InputEnded.WaitAsync(Patience))?.Message, Does.Contain("no frame starts with the bytes 00000000"));
    }

    private void StartWorker()
    {
        _worker.Start();
        _workerStarted = true;
    }

    private sealed class CountingPipes(PipePair pipes) : PassedOnPipes(pipes)
    {
        private int _refused;

        /// <summary>How often nothing at all was taken.</summary>
        internal int Refused => Volatile.Read(ref _refused);

        internal override int Write(ReadOnlySpan<byte> bytes) => Counted(base.Write(bytes));

        internal override int Lend(ReadOnlySpan<byte> bytes) => Counted(base.Lend(bytes));

        internal override int PushOut(ReadOnlySpan<byte> bytes) => Counted(base.PushOut(bytes));

        private int Counted(int taken)
        {
            if (taken == 0) Interlocked.Increment(ref _refused);
            return taken;
        }
    }
}
