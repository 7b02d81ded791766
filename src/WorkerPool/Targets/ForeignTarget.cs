using System.Reflection;
using WorkerPool.Wire;

namespace WorkerPool.Targets;

/// <summary>A method of a user's assembly, as the parent tells its workers: the file, its build, and the method in it.</summary>
internal static class ForeignTarget
{
    internal static void Write(WireWriter to, NamedTarget target, string path)
    {
        to.Text(target.Name);
        to.Text(path);
        to.Id(target.Method.Module.ModuleVersionId);
        to.Number(target.Method.MetadataToken);
    }

    /// <exception cref="InvalidOperationException">The file is of another build than the parent's.</exception>
    internal static NamedTarget Read(ref WireReader from)
    {
        var (name, path) = (from.Text(), from.Text());
        var version = from.Id();
        var token = from.Int();
        var module = ForeignAssembly.Load(path).ManifestModule;
        if (module.ModuleVersionId != version)
        {
            throw new InvalidOperationException($"'{path}' is not the assembly that the parent has read: it was built again since. Start the run again.");
        }

        return new NamedTarget(name, "", (MethodInfo)module.ResolveMethod(token)!) { Path = path };
    }
}
