namespace WorkerPool;

/// <summary>
/// Makes a public static method runnable by name: from the command line, from other languages, from other machines. Only methods that
/// carry it can be asked for from outside the program's own code.
/// </summary>
/// <param name="name">1 to 100 characters without spaces; default: Type.Method. Unique in the program.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TargetAttribute(string? name = null) : Attribute
{
    /// <summary>The name to call it by; null for the default, Type.Method.</summary>
    public string? Name { get; } = name;

    /// <summary>One line for the list of targets; default none.</summary>
    public string? Description { get; set; }
}
