namespace WorkerPool.TestBench;

/// <summary>Targets of every form that can be sent. Each writes what it is into the file that it is given.</summary>
public static class Shapes
{
    public static void Static(string file) => Write(file, "static");

    public static void Over(string file) => Write(file, "over string");

    public static void Over(int number) => throw new InvalidOperationException($"the other overload, {number}");

    public static Task Over(string file, CancellationToken cancellation) => File.WriteAllTextAsync(file, "over string, token", cancellation);

    public static async Task Async(string file, CancellationToken cancellation)
    {
        await Task.Yield();
        await File.WriteAllTextAsync(file, "async", cancellation);
    }

    public static async Task OfObject(object file, CancellationToken cancellation) => await File.WriteAllTextAsync(file.ToString()!, file.GetType().Name, cancellation);

    public static void Generic<T>(string file) => Write(file, typeof(T).ToString());

    /// <summary>A lambda of a generic method is a method of a generic class that nobody named.</summary>
    public static Action<string> LambdaOf<T>() => file => Write(file, "lambda of " + typeof(T));

    private static void Write(string file, string what) => File.WriteAllText(file, what);
}

#pragma warning disable CA1000 // a static method of a generic type is one of the forms

/// <summary>A generic type, with another inside.</summary>
public static class Outer<TOuter>
{
    public static void Static(string file) => File.WriteAllText(file, typeof(TOuter).ToString());

    internal static class Inner<TInner>
    {
        internal static void Both<TMethod>(string file) => File.WriteAllText(file, $"{typeof(TOuter)} {typeof(TInner)} {typeof(TMethod)}");
    }

    /// <summary>Gives the inner one, which is internal.</summary>
    public static Action<string> BothOf<TInner, TMethod>() => Inner<TInner>.Both<TMethod>;
}

#pragma warning restore CA1000

/// <summary>An interface's own static method.</summary>
public interface IShape
{
    static void OfInterface(string file) => File.WriteAllText(file, "interface");
}
