using System.Text;
using WorkerPool.Naming;

namespace WorkerPool.Launch;

/// <summary>
/// What a worker is told before it can talk: who it is, and which variables of its environment were only there to start it. It
/// travels in one variable of the environment, which the worker removes as one of its first acts. A process that still has the
/// variable was launched as a worker and has not become one, and may start nothing (see <see cref="LaunchGuard"/>).
/// </summary>
internal sealed record LaunchTicket
{
    /// <summary>The argument behind the program that marks a worker: <c>program --worker NAME</c>.</summary>
    internal const string Argument = "--worker";

    /// <summary>The variable that carries the ticket.</summary>
    internal const string Variable = "WORKERPOOL_LAUNCH";

    internal required string Name { get; init; }
    internal required string ShortName { get; init; }
    internal required int Slot { get; init; }
    internal required int Generation { get; init; }
    internal required string ParentName { get; init; }
    internal required int ParentId { get; init; }

    /// <summary>"2:1" for the first child of the second process of a parent; what default names of its own children start with.</summary>
    internal required string Identity { get; init; }

    /// <summary>Levels of workers above and including this one.</summary>
    internal required int Depth { get; init; }

    /// <summary>Variables to put back before user code runs: the value they had, or null for none.</summary>
    internal required List<KeyValuePair<string, string?>> Undo { get; init; }

    /// <summary>The ticket of this process, if it was launched as a worker and has not become one yet.</summary>
    internal static LaunchTicket? Pending(IReadOnlyList<string> commandLine)
    {
        var at = 0;
        while (at < commandLine.Count && commandLine[at] != Argument) at++;
        if (at + 1 >= commandLine.Count || Environment.GetEnvironmentVariable(Variable) is not { } text) return null;
        return Parse(text) is { } ticket && ticket.Name == commandLine[at + 1] ? ticket : null;
    }

    internal string Format()
    {
        var text = new StringBuilder();
        foreach (var field in (string[])[Name, ShortName, PlainNumber.Text(Slot), PlainNumber.Text(Generation), ParentName, PlainNumber.Text(ParentId), Identity, PlainNumber.Text(Depth)])
        {
            text.Append(Escape(field)).Append('\n');
        }

        foreach (var (name, value) in Undo) text.Append(Escape(name)).Append('\n').Append(value is null ? "-" : "=" + Escape(value)).Append('\n');
        return text.ToString();
    }

    internal static LaunchTicket? Parse(string text)
    {
        var lines = Lines(text);
        if (lines.Count < 8 || lines.Count % 2 != 0) return null;
        if (!PlainNumber.TryParse(lines[2], out var slot) || !PlainNumber.TryParse(lines[3], out var generation) || !PlainNumber.TryParse(lines[5], out var parentId) || !PlainNumber.TryParse(lines[7], out var depth))
        {
            return null;
        }

        var undo = new List<KeyValuePair<string, string?>>();
        for (var i = 8; i < lines.Count; i += 2) undo.Add(new(lines[i], lines[i + 1] is ['=', .. var value] ? value : null));
        return new LaunchTicket
        {
            Name = lines[0],
            ShortName = lines[1],
            Slot = slot,
            Generation = generation,
            ParentName = lines[4],
            ParentId = parentId,
            Identity = lines[6],
            Depth = depth,
            Undo = undo,
        };
    }

    private static string Escape(string text) => text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);

    // Each as it was before it was escaped. Character by character: .NET loads its vector types for the first text that is split or searched,
    // and these are a worker's first moments.
    private static List<string> Lines(string text)
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n')
            {
                lines.Add(line.ToString());
                line.Clear();
            }
            else if (text[i] == '\\' && i + 1 < text.Length)
            {
                line.Append(text[++i] == 'n' ? '\n' : '\\');
            }
            else
            {
                line.Append(text[i]);
            }
        }

        return lines;
    }
}
