using WorkerPool.App.Commands;
using WorkerPool.App.Output;
using WorkerPool.App.Reports;

namespace WorkerPool.App.Work;

/// <summary>What a run works with.</summary>
/// <param name="Observer">Who shows or records it.</param>
/// <param name="Printer">Where results go.</param>
/// <param name="Live">Who shows commands' lines as they come; null where nobody does.</param>
/// <param name="Stages">How the user stops it.</param>
/// <param name="Identity">What an item is in the records; null where none are kept.</param>
/// <param name="JobLog">What has been done, for good; null for no record.</param>
/// <param name="Resume">What was done before; null for nothing.</param>
internal sealed record RunParts(IRunObserver Observer, IResultPrinter Printer, LiveOutput? Live, StopStages Stages, ItemIdentity? Identity, JobLog? JobLog, Resume? Resume);
