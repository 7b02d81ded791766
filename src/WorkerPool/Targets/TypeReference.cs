using System.Reflection;
using WorkerPool.Wire;

namespace WorkerPool.Targets;

/// <summary>
/// A type of the parent's own code, told by assembly, module version and metadata token: exact, whatever it is called, and refused
/// where the two processes do not run the same build. Only a parent tells its worker types; a worker never tells any.
/// </summary>
internal static class TypeReference
{
    private const byte Definition = 0;
    private const byte Array = 1;
    private const int MaxDepth = 32;

    internal static void Write(WireWriter to, Type type)
    {
        if (type.IsArray)
        {
            to.Byte(Array);
            to.Number(type.IsSZArray ? 0 : type.GetArrayRank());
            Write(to, type.GetElementType()!);
            return;
        }

        to.Byte(Definition);
        ModuleReference.Write(to, type.Module);
        to.Number(type.MetadataToken);
        var arguments = type.IsGenericType ? type.GetGenericArguments() : [];
        WriteAll(to, arguments);
    }

    internal static void WriteAll(WireWriter to, Type[] types)
    {
        to.Number(types.Length);
        foreach (var type in types) Write(to, type);
    }

    internal static Type Read(ref WireReader from, int depth = 0)
    {
        if (depth > MaxDepth) throw new ProtocolException($"a type is nested more than {MaxDepth} levels deep");
        if (from.Byte() == Array)
        {
            var rank = from.Int();
            var element = Read(ref from, depth + 1);
            return rank == 0 ? element.MakeArrayType() : element.MakeArrayType(rank);
        }

        var module = ModuleReference.Read(ref from);
        var type = module.ResolveType(from.Int());
        var arguments = ReadAll(ref from, depth);
        return arguments.Length == 0 ? type : type.MakeGenericType(arguments);
    }

    internal static Type[] ReadAll(ref WireReader from, int depth = 0)
    {
        var types = new Type[from.Count()];
        for (var i = 0; i < types.Length; i++) types[i] = Read(ref from, depth + 1);
        return types;
    }
}

/// <summary>A module of the parent's, and the same one in the worker, loaded if need be.</summary>
internal static class ModuleReference
{
    // Most types of a delegate are the runtime's own, and its module needs no looking for.
    private static readonly Module Core = typeof(object).Module;

    internal static void Write(WireWriter to, Module module)
    {
        if (module == Core)
        {
            to.Text("");
            to.Id(module.ModuleVersionId);
            return;
        }

        to.Text(module.Assembly.FullName);
#pragma warning disable IL3000 // empty in a single file, where the name is enough
        to.Text(module.Assembly.Location);
#pragma warning restore IL3000
        to.Text(module.ScopeName);
        to.Id(module.ModuleVersionId);
    }

    internal static Module Read(ref WireReader from)
    {
        var name = from.Text();
        if (name.Length == 0) return Checked(Core, Core.ScopeName, from.Id());
        var path = from.Text();
        var scope = from.Text();
        var version = from.Id();
        var assembly = TargetAssemblies.Load(name, path);
        return Checked(assembly.ManifestModule.ScopeName == scope ? assembly.ManifestModule : assembly.GetModule(scope), scope, version);
    }

    private static Module Checked(Module? module, string scope, Guid version)
    {
        if (module?.ModuleVersionId == version) return module;
        throw new InvalidOperationException(
            $"{scope} in this worker is not the one that its parent runs (module version {module?.ModuleVersionId.ToString() ?? "none"}, the parent's is {version}): "
            + "it was built again since the parent started. Start the program again.");
    }
}
