using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace WorkerPool.Tests.Support;

/// <summary>The test bench's program in a folder of its own, where it may be changed.</summary>
internal sealed record BenchCopy(string Folder)
{
    private const string Name = "WorkerPool.TestBench";

    internal string Apphost => Path.Combine(Folder, Name);

    internal string Assembly => Apphost + ".dll";

    internal string RuntimeConfig => Apphost + ".runtimeconfig.json";

    internal static BenchCopy Make(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in (string[])[Name, Name + ".dll", Name + ".deps.json", Name + ".runtimeconfig.json", "WorkerPool.Core.dll", "Serilog.dll"])
        {
            File.Copy(Path.Combine(AppContext.BaseDirectory, file), Path.Combine(folder, file));
        }

        return new BenchCopy(folder);
    }

    /// <summary>Makes an assembly what a new build of it is: another file in its place, with another module version id.</summary>
    internal void BuildAgain(string assembly)
    {
        var path = Path.Combine(Folder, assembly);
        var bytes = File.ReadAllBytes(path);
        byte[] version;
        using (var reader = new PEReader([.. bytes]))
        {
            var metadata = reader.GetMetadataReader();
            version = metadata.GetGuid(metadata.GetModuleDefinition().Mvid).ToByteArray();
        }

        Guid.NewGuid().TryWriteBytes(bytes.AsSpan(bytes.AsSpan().IndexOf(version)));
        File.Delete(path); // not written over: the parent has the old one mapped
        File.WriteAllBytes(path, bytes);
    }
}
