using System.Text;
using WorkerPool.App.Commands;

namespace WorkerPool.App.Reports;

/// <summary>
/// The job log: a line for each item that has ended, written through when its results have been shown. What was interrupted has no line.
/// A line that a killed run left half written is cut off when the log is continued. Not thread-safe.
/// </summary>
internal sealed class JobLog : IDisposable
{
    private readonly FileStream _file;
    private readonly string _path;

    private JobLog(FileStream file, string path) => (_file, _path) = (file, path);

    /// <param name="path">The file; another run's is replaced, unless it is continued.</param>
    /// <param name="continues">Lines are added.</param>
    /// <exception cref="UsageException">It can't be opened.</exception>
    /// <exception cref="IOException">It can't be written.</exception>
    internal static JobLog Open(string path, bool continues)
    {
        var log = new JobLog(OpenFile(path, continues), path);
        var isNew = !log._file.CanSeek;
        if (continues && !isNew) log.CutTornLine();
        if (isNew || log._file.Length == 0) log.WriteLine(JobLogLine.Header);
        return log;
    }

    /// <exception cref="IOException">It can't be written, and what is done from here on would be done again.</exception>
    internal void Write(ItemEnd end) => WriteLine(JobLogLine.Format(end));

    public void Dispose() => _file.Dispose();

    private static FileStream OpenFile(string path, bool continues)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions
            {
                Mode = continues ? FileMode.OpenOrCreate : FileMode.Create,
                Access = FileAccess.ReadWrite,
                Share = FileShare.Read,
                BufferSize = 0, // each line is one write
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--joblog '{path}' can't be written: {e.Message}");
        }
    }

    private void WriteLine(string line)
    {
        try
        {
            _file.Write(Encoding.UTF8.GetBytes(line + "\n"));
        }
        catch (IOException e)
        {
            throw new IOException($"can't write the job log '{_path}': {e.Message}", e);
        }
    }

    private void CutTornLine()
    {
        var buffer = new byte[4096];
        var end = _file.Length;
        while (end > 0)
        {
            var start = Math.Max(0, end - buffer.Length);
            _file.Position = start;
            var count = _file.ReadAtLeast(buffer.AsSpan(0, (int)(end - start)), (int)(end - start), throwOnEndOfStream: false);
            var at = buffer.AsSpan(0, count).LastIndexOf((byte)'\n');
            if (at >= 0)
            {
                end = start + at + 1;
                break;
            }

            end = start;
        }

        _file.SetLength(end);
        _file.Position = end;
    }
}
