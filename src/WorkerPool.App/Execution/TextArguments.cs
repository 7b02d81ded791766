using System.Collections;
using System.Text;

namespace WorkerPool.App.Execution;

/// <summary>Arguments as text, made when somebody looks: of most items nobody does.</summary>
internal sealed class TextArguments(IReadOnlyList<byte[]> arguments) : IReadOnlyList<string>
{
    public int Count => arguments.Count;

    public string this[int index] => Encoding.UTF8.GetString(arguments[index]);

    public IEnumerator<string> GetEnumerator() => arguments.Select(Encoding.UTF8.GetString).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
