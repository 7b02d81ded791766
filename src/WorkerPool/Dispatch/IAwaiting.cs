namespace WorkerPool.Dispatch;

/// <summary>Who waits for outcomes: told, without the dispatcher's lock, that there are some. From any thread.</summary>
internal interface IAwaiting
{
    void Wake();
}
