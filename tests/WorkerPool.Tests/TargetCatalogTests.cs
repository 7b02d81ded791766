using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Loader;
using WorkerPool.Targets;

namespace WorkerPool.Tests;

/// <summary>Targets are looked for among what can be loaded.</summary>
internal sealed class TargetCatalogTests
{
    [Test]
    public void A_type_whose_base_is_not_there_is_left_out_and_its_neighbours_targets_are_found()
    {
        var lost = new PersistedAssemblyBuilder(new AssemblyName("Catalog.Lost"), typeof(object).Assembly);
        var missing = lost.DefineDynamicModule("Catalog.Lost").DefineType("Missing", TypeAttributes.Public).CreateType();
        var program = new PersistedAssemblyBuilder(new AssemblyName("Catalog.Program"), typeof(object).Assembly);
        var module = program.DefineDynamicModule("Catalog.Program");
        AddTarget(module.DefineType("Orphan", TypeAttributes.Public, missing), "catalog-orphan");
        AddTarget(module.DefineType("Jobs", TypeAttributes.Public), "catalog-job");
        AddTarget(module.DefineType("Hidden", TypeAttributes.NotPublic), "catalog-hidden");
        using var image = new MemoryStream();
        program.Save(image);
        image.Position = 0;
        var context = new AssemblyLoadContext("catalog", isCollectible: true);
        try
        {
            var assembly = context.LoadFromStream(image);
            Assert.That(assembly.GetExportedTypes, Throws.InstanceOf<IOException>(), "what this test is about");
            Assert.That(TargetCatalog.Loaded.All.Select(t => t.Name).Where(n => n.StartsWith("catalog-", StringComparison.Ordinal)), Is.EqualTo((string[])["catalog-job"]));
        }
        finally
        {
            context.Unload();
        }
    }

    private static void AddTarget(TypeBuilder type, string name)
    {
        var method = type.DefineMethod("Run", MethodAttributes.Public | MethodAttributes.Static, typeof(void), []);
        method.GetILGenerator().Emit(OpCodes.Ret);
        method.SetCustomAttribute(new CustomAttributeBuilder(typeof(TargetAttribute).GetConstructor([typeof(string)])!, [name]));
        type.CreateType();
    }
}
