using WorkerPool.Wire;

namespace WorkerPool.Tests.Support;

/// <summary>A side's pipes as they are, for a test to change one thing about them.</summary>
internal abstract class PassedOnPipes(PipePair pipes) : PipePair
{
    internal override bool HasHelper => pipes.HasHelper;

    internal override Readiness Wait(Readiness wanted) => pipes.Wait(wanted);

    internal override bool WaitAsHelper() => pipes.WaitAsHelper();

    internal override void WakeHelper() => pipes.WakeHelper();

    internal override void DisposeHelper() => pipes.DisposeHelper();

    internal override int Read(Span<byte> buffer) => pipes.Read(buffer);

    internal override int ReadError(Span<byte> buffer) => pipes.ReadError(buffer);

    internal override int Write(ReadOnlySpan<byte> bytes) => pipes.Write(bytes);

    internal override int Lend(ReadOnlySpan<byte> bytes) => pipes.Lend(bytes);

    internal override int PushOut(ReadOnlySpan<byte> bytes) => pipes.PushOut(bytes);

    internal override bool GrowOutput() => pipes.GrowOutput();

    internal override void Wake() => pipes.Wake();

    public override void Dispose() => pipes.Dispose();
}
