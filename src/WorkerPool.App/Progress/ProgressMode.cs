namespace WorkerPool.App.Progress;

/// <summary>How a run's progress is shown on stderr.</summary>
internal enum ProgressMode
{
    /// <summary><see cref="Tty"/> on a terminal; elsewhere <see cref="Plain"/>, and silent while a run is young.</summary>
    Auto,

    /// <summary>A line for each worker at the terminal's foot, and one for the whole.</summary>
    Tty,

    /// <summary>A line now and then.</summary>
    Plain,

    /// <summary>A JSON object a line for each event; <see cref="Reports.EventLog"/> says which.</summary>
    Json,

    /// <summary>Nothing.</summary>
    None,
}
