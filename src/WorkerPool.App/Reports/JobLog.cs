using System.Text;
using WorkerPool.App.Commands;

namespace WorkerPool.App.Reports;

/// <summary>
/// The job log: a line for each item that has ended, written through when its results have been shown. What was interrupted has no line.
/// A line that a killed run left half written is cut off when the log is continued. Not thread-safe.
/// </summary>
internal sealed class JobLog : IDisposable
{
    private readonly RecordFile _file;

    private JobLog(RecordFile file) => _file = file;

    /// <param name="path">The file.</param>
    /// <param name="continues">Lines are added to another run's.</param>
    /// <exception cref="UsageException">It can't be opened, or holds something else.</exception>
    internal static JobLog Open(string path, bool continues)
    {
        if (!IsOne(path)) throw new UsageException($"--joblog '{path}' is no job log, and would be lost; give another file, or remove it.");
        return new(RecordFile.Open("--joblog", "the job log", path, continues));
    }

    /// <summary>Another run's is replaced now, unless it is continued.</summary>
    /// <exception cref="IOException">It can't be written.</exception>
    internal void Begin()
    {
        _file.Begin();
        if (_file.IsEmpty) WriteLine(JobLogLine.Header);
    }

    /// <exception cref="IOException">It can't be written, and what is done from here on would be done again.</exception>
    internal void Write(ItemEnd end) => WriteLine(JobLogLine.Format(end));

    public void Dispose() => _file.Dispose();

    // Or becomes one: it is not there, or empty as a pipe is, which is not even opened. Half a first line is what a killed run may leave.
    private static bool IsOne(string path)
    {
        try
        {
            var info = new FileInfo(path);
            if ((info.ResolveLinkTarget(returnFinalTarget: true) ?? info) is not FileInfo { Exists: true, Length: > 0 }) return true;
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var first = Encoding.UTF8.GetBytes(JobLogLine.Header + "\n");
            var read = new byte[first.Length];
            return first.AsSpan().StartsWith(read.AsSpan(0, file.ReadAtLeast(read, read.Length, throwOnEndOfStream: false)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true; // who opens it to write says what is wrong with it
        }
    }

    private void WriteLine(string line) => _file.Write(Encoding.UTF8.GetBytes(line + "\n"));
}
