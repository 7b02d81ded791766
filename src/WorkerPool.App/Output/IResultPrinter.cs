using WorkerPool.App.Reports;
using WorkerPool.App.Work;

namespace WorkerPool.App.Output;

/// <summary>Shows what an item gave. One at a time.</summary>
internal interface IResultPrinter
{
    /// <exception cref="ClosedOutputException">Nobody reads.</exception>
    /// <exception cref="IOException">It can't be written.</exception>
    void Print(ItemEnd end, Verdict verdict);

    /// <summary>Nothing else is to be done at the moment: what was held back goes out.</summary>
    void Flush();
}
