namespace WorkerPool.App.Reports;

/// <summary>What is said on stderr when a run is over.</summary>
internal enum SummaryMode
{
    /// <summary>What failed; on a terminal also what each worker did, or, where nothing failed and the run was long, one line.</summary>
    Auto,

    /// <summary>All of it.</summary>
    Always,

    /// <summary>Nothing.</summary>
    None,
}
