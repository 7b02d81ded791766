using WorkerPool.Wire.Payloads;

namespace WorkerPool.Targets;

/// <summary>
/// Names the generic code of a call and of a map over the types that they are mostly used with, so that a build that is compiled ahead
/// of time (ReadyToRun) holds it: .NET would compile it at the first call, in the parent and in each worker. It is never run.
/// </summary>
internal static class CompiledAhead
{
    internal static void Common(ProcessPool pool)
    {
        From<int>(pool);
        From<long>(pool);
        From<double>(pool);
        From<bool>(pool);
        From<object>(pool); // all reference types share one
        From<Nothing>(pool);
        RawForms.NameCode<int>();
        RawForms.NameCode<long>();
        RawForms.NameCode<double>();
        RawForms.NameCode<bool>();
    }

    private static void From<T>(ProcessPool pool)
    {
        FromTo<T, int>(pool);
        FromTo<T, long>(pool);
        FromTo<T, double>(pool);
        FromTo<T, bool>(pool);
        FromTo<T, object>(pool);
        FromTo<T, Nothing>(pool);
    }

    private static void FromTo<T, R>(ProcessPool pool)
    {
        _ = Invoker.Make<T, R>(default!, default);
        _ = pool.RunAsync(default(Func<T, R>)!, default!);
        _ = pool.RunAsync(default(Func<T, Task<R>>)!, default!);
        _ = pool.MapAsync(default(Func<T, R>)!, Array.Empty<T>());
        _ = pool.MapOutcomesAsync(default(Func<T, R>)!, Array.Empty<T>());
    }
}
