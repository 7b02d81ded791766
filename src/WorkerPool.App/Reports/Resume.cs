using WorkerPool.App.Commands;

namespace WorkerPool.App.Reports;

/// <summary>
/// What an earlier run's job log says of items, by what they are and what was done with them. An item that stands several times in the
/// input is skipped as often as the log has it; one that failed and was done again later, once. Not thread-safe.
/// </summary>
internal sealed class Resume
{
    private readonly Dictionary<UInt128, int> _ended = [];

    // Those that failed, by what they are and where they stood: a later line of such an item is about the same one.
    private readonly HashSet<(UInt128 Key, long Sequence)> _failed = [];

    private Resume(string file) => File = file;

    /// <summary>The log's path.</summary>
    internal string File { get; }

    /// <param name="file">The job log; one that is not there yet says nothing.</param>
    /// <param name="failedAgain">Items that failed count as not done.</param>
    /// <exception cref="UsageException">It can't be read.</exception>
    internal static Resume Read(string file, bool failedAgain)
    {
        var resume = new Resume(file);
        try
        {
            if (!System.IO.File.Exists(file)) return resume;
            foreach (var line in WholeLines(file))
            {
                if (JobLogLine.Parse(line) is not { } known || (failedAgain && !known.Succeeded) || Key(known.Hash) is not { } key) continue;
                var isAgain = known.Succeeded ? resume._failed.Remove((key, known.Sequence)) : !resume._failed.Add((key, known.Sequence));
                if (!isAgain) resume._ended[key] = resume._ended.GetValueOrDefault(key) + 1;
            }

            return resume;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--joblog '{file}' can't be read: {e.Message}");
        }
    }

    /// <summary>Whether it is done; each line of the log counts for one item.</summary>
    internal bool Skips(string hash)
    {
        if (_ended.Count == 0 || Key(hash) is not { } key || !_ended.TryGetValue(key, out var count)) return false;
        if (count == 1) _ended.Remove(key);
        else _ended[key] = count - 1;
        return true;
    }

    // What follows the last line's end was being written when that run was killed.
    private static IEnumerable<string> WholeLines(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var records = new Inputs.RecordReader(stream, (byte)'\n', int.MaxValue / 4);
        var isWhole = EndsWithLineEnd(stream);
        string? last = null;
        while (records.TryRead(out var record, out _))
        {
            if (last is not null) yield return last;
            last = System.Text.Encoding.UTF8.GetString(record);
        }

        if (last is not null && isWhole) yield return last;
    }

    private static bool EndsWithLineEnd(FileStream stream)
    {
        if (stream.Length == 0) return true;
        stream.Position = stream.Length - 1;
        var isEnd = stream.ReadByte() == '\n';
        stream.Position = 0;
        return isEnd;
    }

    private static UInt128? Key(string hash) =>
        UInt128.TryParse(hash, System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out var key) ? key : null;
}
