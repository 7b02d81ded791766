using System.IO.Enumeration;
using WorkerPool.App.Commands;

namespace WorkerPool.App.Inputs;

/// <summary>A pattern of paths as shells know it: <c>*</c> and <c>?</c> within a name, <c>**</c> for any folders, but not through links, which may lead in circles. Hidden names only where the pattern says so.</summary>
internal static class GlobPattern
{
    /// <summary>The paths, in ordinal order, folder by folder.</summary>
    /// <exception cref="UsageException">A name is not UTF-8, so .NET can't tell it exactly.</exception>
    internal static IEnumerable<string> Expand(string pattern)
    {
        var isRooted = pattern.StartsWith('/');
        string[] parts = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 0 ? [] : In(isRooted ? "/" : "", parts);
    }

    private static IEnumerable<string> In(string folder, ReadOnlyMemory<string> parts)
    {
        var (first, rest) = (parts.Span[0], parts[1..]);
        if (first == "**")
        {
            if (rest.Length == 0) rest = new[] { "*" };
            foreach (var path in In(folder, rest)) yield return path;
            foreach (var name in Names(folder, "*", foldersOnly: true, throughLinks: false))
            {
                foreach (var path in In(folder + name + "/", parts)) yield return path;
            }

            yield break;
        }

        if (!first.AsSpan().ContainsAny('*', '?'))
        {
            if (rest.Length > 0)
            {
                foreach (var path in In(folder + first + "/", rest)) yield return path;
            }
            else if (Path.Exists(folder + first))
            {
                yield return folder + first;
            }

            yield break;
        }

        foreach (var name in Names(folder, first, foldersOnly: rest.Length > 0))
        {
            if (rest.Length == 0)
            {
                yield return folder + name;
                continue;
            }

            foreach (var path in In(folder + name + "/", rest)) yield return path;
        }
    }

    private static IEnumerable<string> Names(string folder, string pattern, bool foldersOnly, bool throughLinks = true)
    {
        if (!Directory.Exists(folder.Length == 0 ? "." : folder)) return [];
        var names = new FileSystemEnumerable<string>(folder.Length == 0 ? "." : folder, static (ref FileSystemEntry e) => e.FileName.ToString(), new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = true })
        {
            ShouldIncludePredicate = (ref FileSystemEntry e) =>
                (!foldersOnly || e.IsDirectory) && (throughLinks || (e.Attributes & FileAttributes.ReparsePoint) == 0) && (e.FileName[0] != '.' || pattern[0] == '.') && FileSystemName.MatchesSimpleExpression(pattern, e.FileName, ignoreCase: false),
        };
        return names.Select(Checked).Order(StringComparer.Ordinal);

        string Checked(string name) => name.Contains('\uFFFD', StringComparison.Ordinal)
            ? throw new UsageException($"--glob finds a name in '{(folder.Length == 0 ? "." : folder)}' that is not UTF-8 ('{name}'); give such names on stdin: find ... -print0 | workerpool ... -0.")
            : name;
    }
}
