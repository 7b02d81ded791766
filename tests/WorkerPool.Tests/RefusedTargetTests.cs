using System.Linq.Expressions;
using System.Reflection;
using System.Reflection.Emit;
using WorkerPool.Targets;

namespace WorkerPool.Tests;

/// <summary>What can't run in another process is refused at the call, before any process is started, with what to do instead.</summary>
internal sealed class RefusedTargetTests
{
    private const string Instead = "Use a static method, or a lambda that uses nothing but its parameters, and send what it needs as the argument.";
    private readonly int _field = 1;

    private delegate void ByReference(ref int number);

    private int Property { get; } = 1;

    [Test]
    public void A_captured_local_by_its_name()
    {
        var count = 1;
        Refuses(() => GC.KeepAlive(count), "captures 'count', which stays in this process", Instead);
    }

    [Test]
    public void Several_captured_locals_by_their_names()
    {
        var (count, text) = (1, "");
        Refuses(() => GC.KeepAlive(text + count), "'count'", "'text'", "which stay in this process", Instead);
    }

    [Test]
    public void A_local_function_that_captures()
    {
        var count = 1;
        void Local() => GC.KeepAlive(count);
        Refuses(Local, "captures 'count'", Instead);
    }

    [Test]
    public void A_field_of_the_object_around() => Refuses(() => GC.KeepAlive(_field), "uses the object that it was written in", Instead);

    [Test]
    public void An_auto_property_of_the_object_around() => Refuses(() => GC.KeepAlive(Property), "uses the object that it was written in", "a property", Instead);

    [Test]
    public void The_object_around_and_a_local()
    {
        var count = 1;
        Refuses(() => GC.KeepAlive(_field + count), "'count'", "the object or scope around it", Instead);
    }

    [Test]
    public void A_primary_constructor_s_parameter() => Refuses(new Primary(1).Make(), "a primary constructor's parameter", Instead);

    [Test]
    public void A_base_class_s_state() => Refuses(new Derived().Make(), "a base class's member", Instead);

    [Test]
    public void An_instance_method() => Refuses(new List<int>().Clear, "List`1.Clear is an instance method", Instead);

    [Test]
    public void An_open_instance_method() =>
        RefusesArgument(typeof(Uri).GetMethod("get_" + nameof(Uri.Host))!.CreateDelegate<Func<Uri, string>>(), "is an instance method");

    [Test]
    public void An_extension_method_on_an_instance() => Refuses("text".Extend, "Extensions.Extend has its first argument bound to a System.String", "as the target's argument instead");

    [Test]
    public void An_extension_method_on_null() => Refuses(((string?)null).Extend, "Extensions.Extend has its first argument bound to null", "as the target's argument instead");

    [Test]
    public void Several_methods_in_one() => Refuses((Action)TestBench.Endings.Return + TestBench.Endings.Throw, "several methods", "call them from one static method");

    [Test]
    public void A_compiled_expression() => Refuses(Expression.Lambda<Action>(Expression.Empty()).Compile(), "made at run time", "a method of a compiled assembly");

    [Test]
    public void A_dynamic_method()
    {
        var method = new DynamicMethod("made", null, null);
        method.GetILGenerator().Emit(OpCodes.Ret);
        Refuses(method.CreateDelegate<Action>(), "made at run time", "a method of a compiled assembly");
    }

    [Test]
    public void A_method_of_a_dynamic_assembly()
    {
        var type = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("made"), AssemblyBuilderAccess.Run).DefineDynamicModule("made").DefineType("Made", TypeAttributes.Public);
        type.DefineMethod("Run", MethodAttributes.Public | MethodAttributes.Static).GetILGenerator().Emit(OpCodes.Ret);
        Refuses(type.CreateType().GetMethod("Run")!.CreateDelegate<Action>(), "made at run time");
    }

    [Test]
    public void A_parameter_by_reference()
    {
        static void Raise(ref int number) => number++;
        Assert.That(TargetRules.Fault((ByReference)Raise), Does.Contain("takes 'number' by reference").And.Contain(Instead));
    }

    [Test]
    public void A_task() => Refuses(static (Task task) => task.Wait(), Task.CompletedTask, "its parameter 'task' is a System.Threading.Tasks.Task", "await it, and send its result");

    [Test]
    public void A_stream() => Refuses(static (Stream stream) => stream.Flush(), Stream.Null, "its parameter 'stream' is a System.IO.Stream", "send a path or the bytes");

    [Test]
    public void A_delegate() => Refuses(static (Func<int> call) => GC.KeepAlive(call()), static () => 1, "its parameter 'call'", "send what it needs as data");

    [Test]
    public void A_token_as_the_argument() => Refuses(static (CancellationToken token) => token.ThrowIfCancellationRequested(), CancellationToken.None, "its parameter 'token'", "a CancellationToken parameter of its own");

    [Test]
    public void Null_is_an_argument_that_is_missing() => Assert.That(() => WorkerProcess.Start((Action)null!), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("target"));

    // A program that is not there: any try to start it would be a WorkerStartException.
    private static WorkerProcessOptions NoProgram => new() { Command = ["/no/such/program"] };

    private static void Refuses(Action target, params string[] says) => Says(Assert.Throws<ArgumentException>(() => WorkerProcess.Start("refused", target, NoProgram))!, says);

    private static void Refuses<T>(Action<T> target, T argument, params string[] says) => Says(Assert.Throws<ArgumentException>(() => WorkerProcess.Start("refused", target, argument, NoProgram))!, says);

    private static void RefusesArgument(Delegate target, params string[] says)
    {
        var fault = TargetRules.Fault(target);
        foreach (var words in says) Assert.That(fault, Does.Contain(words));
    }

    private static void Says(ArgumentException refusal, string[] says)
    {
        Assert.That(refusal.ParamName, Is.EqualTo("target"));
        foreach (var words in says) Assert.That(refusal.Message, Does.Contain(words));
    }

    private sealed class Primary(int number)
    {
        internal Action Make() => () => GC.KeepAlive(number);
    }

    private class Base
    {
        protected int State { get; set; } = 1;
    }

    private sealed class Derived : Base
    {
        internal Action Make() => () => GC.KeepAlive(State);
    }
}

internal static class Extensions
{
    internal static void Extend(this string? text) => GC.KeepAlive(text);
}
