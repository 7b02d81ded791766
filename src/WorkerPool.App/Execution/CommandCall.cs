using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using WorkerPool.App.Inputs;

namespace WorkerPool.App.Execution;

/// <summary>
/// What a worker is told of a command: where its output goes (descriptors of the parent), then its arguments.
/// <code>
/// stdout's descriptor   int32
/// stderr's descriptor   int32
/// arguments             bytes; a zero byte, which no argument can hold, is a mark, and says with the next byte what it stands for:
///                       the end of an argument, or what the worker alone knows (a <see cref="Placeholder"/>)
/// </code>
/// </summary>
internal static class CommandCall
{
    internal const byte Mark = 0;
    internal const byte EndOfArgument = 0;

    internal static void Write(CommandTemplate command, Item item, int attempt, int stdout, int stderr, IBufferWriter<byte> output)
    {
        var header = output.GetSpan(8);
        BinaryPrimitives.WriteInt32LittleEndian(header, stdout);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], stderr);
        output.Advance(8);
        command.Write(item, attempt, output);
    }

    /// <summary>In the worker: the descriptors, and the arguments with a zero byte behind each.</summary>
    internal static (int Stdout, int Stderr, byte[] Arguments) Read(ReadOnlySpan<byte> call)
    {
        var arguments = new ArrayBufferWriter<byte>(call.Length);
        var rest = call[8..];
        while (rest.IndexOf(Mark) is >= 0 and var at)
        {
            arguments.Write(rest[..at]);
            arguments.Write(rest[at + 1] switch
            {
                EndOfArgument => "\0"u8,
                (byte)Placeholder.Slot => Encoding.ASCII.GetBytes(CurrentProcess.Slot.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                _ => Encoding.UTF8.GetBytes(CurrentProcess.Name),
            });
            rest = rest[(at + 2)..];
        }

        return (BinaryPrimitives.ReadInt32LittleEndian(call), BinaryPrimitives.ReadInt32LittleEndian(call[4..]), arguments.WrittenSpan.ToArray());
    }
}
