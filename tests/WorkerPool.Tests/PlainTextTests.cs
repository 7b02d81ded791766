using System.Text;
using WorkerPool.Naming;

namespace WorkerPool.Tests;

/// <summary>UTF-8 is read as .NET reads it, by whichever way.</summary>
internal sealed class PlainTextTests
{
    private static IEnumerable<byte[]> Bytes =>
    [
        [],
        [0x00],
        [0x7f],
        [0x80],
        [0xff, 0xfe],
        "plain"u8.ToArray(),
        "a…b"u8.ToArray(),
        "…"u8.ToArray()[..2],
        "ends in half of one 😀"u8.ToArray()[..^1],
        Encoding.UTF8.GetBytes(new string('x', 256)),
        Encoding.UTF8.GetBytes(new string('x', 257)),
        Encoding.UTF8.GetBytes(new string('x', 255) + "é"),
    ];

    [TestCaseSource(nameof(Bytes))]
    public void As_dotnet_reads_it(byte[] utf8) => Assert.That(PlainText.Of(utf8), Is.EqualTo(Encoding.UTF8.GetString(utf8)));
}
