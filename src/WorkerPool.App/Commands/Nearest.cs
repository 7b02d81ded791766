namespace WorkerPool.App.Commands;

/// <summary>The name that somebody probably meant.</summary>
internal static class Nearest
{
    /// <summary>The candidate with the fewest edits from the token, when those are few, or the one that it is the start of; null else.</summary>
    internal static string? Of(string token, IEnumerable<string> candidates) =>
        candidates
            .Select(c => (Candidate: c, Edits: IsStart(token, c) ? 1 : Edits(token, c)))
            .Where(c => c.Edits < token.Length && c.Edits <= Math.Max(token.Length > 3 ? 2 : 1, token.Length / 3))
            .OrderBy(c => c.Edits)
            .Select(c => c.Candidate)
            .FirstOrDefault();

    private static bool IsStart(string token, string candidate) => token.Length > 1 && candidate.StartsWith(token, StringComparison.OrdinalIgnoreCase);

    // Levenshtein's distance with two neighbours changing places as one edit more (optimal string alignment), ignoring case.
    private static int Edits(string a, string b)
    {
        var edits = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) edits[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) edits[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var best = Math.Min(Math.Min(edits[i - 1, j], edits[i, j - 1]) + 1, edits[i - 1, j - 1] + (Same(i, j) ? 0 : 1));
                edits[i, j] = i > 1 && j > 1 && Same(i, j - 1) && Same(i - 1, j) ? Math.Min(best, edits[i - 2, j - 2] + 1) : best;
            }
        }

        return edits[a.Length, b.Length];

        bool Same(int i, int j) => char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
    }
}
