using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using WorkerPool.App.Output;
using WorkerPool.App.Reports;

namespace WorkerPool.App.Progress;

/// <summary>
/// A block at the terminal's foot: a line for each worker, and one for the whole. Drawn by a timer's thread, or by who wrote above it, at
/// most ten times a second, and only where a line has changed. Thread-safe.
/// </summary>
internal sealed class TerminalProgress : IProgress, ITerminalFoot
{
    // A run that is over sooner shows nothing, and so wipes nothing away.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    // ECMA-48, and DEC's private mode 7: a character that is wider than we think must not move what follows to the next row.
    private const string WithoutWrapping = "\e[?7l";
    private const string WithWrapping = "\e[?7h";
    private const string RestOfLine = "\e[K";
    private const string RestOfScreen = "\e[J";

    private readonly ITerminal _terminal;
    private readonly BlockLayout _layout;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly PosixSignalRegistration[] _signals;

    // Under _gate, which is taken within StandardStreams.Gate and never around it.
    private readonly Lock _gate = new();
    private RunBoard? _board;
    private bool _hasChanged; // since the last draw, and a draw is due
    private bool _isOver;
    private long _lastDraw;

    // Under StandardStreams.Gate.
    private IReadOnlyList<BlockLine> _drawn = [];
    private int _columns; // 0 before the first draw
    private bool _lineIsOpen;

    internal TerminalProgress(ITerminal terminal, bool coloured, TimeProvider time)
    {
        _terminal = terminal;
        _layout = new BlockLayout(coloured);
        _time = time;
        _timer = time.CreateTimer(_ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _signals = OperatingSystem.IsWindows()
            ? []
            : [On(PosixSignal.SIGWINCH, DrawSoon), On(PosixSignal.SIGCONT, DrawAnew)];
    }

    public void Begun(RunPlan plan)
    {
        lock (_gate)
        {
            _board = new RunBoard(plan, _time);
            _lastDraw = _time.GetTimestamp();
            _hasChanged = true;
            Arm(Patience);
        }

        StandardStreams.SetFoot(this);
    }

    public void TotalKnown(long total) => Change(b => b.Total = total);

    public void ItemSkipped() => Change(b => b.Skip());

    public bool WatchesStarts => true;

    public void ItemStarted(ItemStart start) => Change(b => b.Start(start));

    public void ItemEnded(ItemEnd end) => Change(b => b.End(end));

    public void Worker(PoolEvent what) => Change(b => b.Tell(what));

    public void Ended(RunEnd end) => Dispose();

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isOver) return;
            _isOver = true;
        }

        foreach (var signal in _signals) signal.Dispose();
        _timer.Dispose();
        StandardStreams.SetFoot(null);
    }

    void ITerminalFoot.StepAside() => Wipe();

    void ITerminalFoot.ComeBack(bool lineIsOpen)
    {
        _lineIsOpen = lineIsOpen;
        DrawSoon();
    }

    private static PosixSignalRegistration On(PosixSignal signal, Action react) => PosixSignalRegistration.Create(signal, _ =>
    {
        lock (StandardStreams.Gate) react();
    });

    private void Change(Action<RunBoard> change)
    {
        lock (_gate)
        {
            if (_board is null || _isOver) return;
            change(_board);
            if (!_hasChanged) Arm(Between - _time.GetElapsedTime(_lastDraw));
            _hasChanged = true;
        }
    }

    // Under _gate.
    private void Arm(TimeSpan due) => _timer.Change(due > TimeSpan.Zero ? due : TimeSpan.Zero, Timeout.InfiniteTimeSpan);

    private void Tick()
    {
        lock (StandardStreams.Gate) Draw();
    }

    // After Ctrl-Z and fg: what a shell has written below it since is the shell's. (A handler of SIGTSTP, to take it away in time, would keep
    // .NET from stopping at all.)
    private void DrawAnew()
    {
        _drawn = [];
        DrawSoon();
    }

    // At once, or when a tenth of a second is over.
    private void DrawSoon()
    {
        lock (_gate)
        {
            if (_isOver || _columns == 0) return;
            if (Between - _time.GetElapsedTime(_lastDraw) is var due && due > TimeSpan.Zero)
            {
                Arm(due);
                return;
            }
        }

        Draw();
    }

    private void Draw()
    {
        var (columns, rows) = _terminal.Size;
        IReadOnlyList<BlockLine> lines;
        lock (_gate)
        {
            if (_board is null || _isOver) return;
            _hasChanged = false;
            _lastDraw = _time.GetTimestamp();

            // The next second of the run's time, whatever happens until then.
            Arm(Second - TimeSpan.FromTicks(_board.Elapsed.Ticks % Second.Ticks));
            if (!_terminal.IsOurs) return;
            lines = _layout.Lines(_board, columns, rows);
        }

        if (columns == _columns && lines.SequenceEqual(_drawn)) return;
        var text = new StringBuilder(WithoutWrapping).Append(ToTop(columns));
        if (_lineIsOpen && _drawn.Count == 0) text.Append("\r\n");
        _lineIsOpen = false;
        foreach (var line in lines) text.Append(line.Text).Append(RestOfLine).Append("\r\n");
        _terminal.Write(text.Append(RestOfScreen).Append(WithWrapping).ToString());
        (_drawn, _columns) = (lines, columns);
    }

    private void Wipe()
    {
        if (_drawn.Count == 0) return;
        _terminal.Write(ToTop(_terminal.Size.Columns) + RestOfScreen);
        _drawn = [];
    }

    // From the start of the line below the block. A window that became narrower has broken lines in two, or more.
    private string ToTop(int columns)
    {
        var rows = _drawn.Sum(l => Math.Max(1, (l.Columns + columns - 1) / columns));
        return rows == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"\r\e[{rows}A");
    }
}
