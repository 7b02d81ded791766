using WorkerPool.App.Reports;

namespace WorkerPool.App.Progress;

/// <summary>Shows a run's progress on stderr. Disposing ends the show, whether the run has ended or not.</summary>
internal interface IProgress : IRunObserver, IDisposable;
