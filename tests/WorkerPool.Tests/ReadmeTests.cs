using System.Text.RegularExpressions;
using WorkerPool.Tests.Support;

namespace WorkerPool.Tests;

/// <summary>README shows what is so.</summary>
internal sealed partial class ReadmeTests : ProcessTest
{
    private static string Readme => File.ReadAllText(Path.Combine(Bench.RepositoryRoot, "README.md"));

    [Test]
    public void Every_sample_in_README_is_a_file_that_compiles()
    {
        var samples = Directory.GetFiles(Path.Combine(Bench.RepositoryRoot, "tests", "WorkerPool.Samples"), "*.cs").Select(File.ReadAllText).ToList();
        var blocks = CodeBlock().Matches(Readme).Select(m => m.Groups[1].Value).ToList();
        Assert.That(blocks, Is.Not.Empty);
        foreach (var block in blocks) Assert.That(samples, Has.Some.Contains(block), "this sample stands in no file of tests/WorkerPool.Samples");
    }

    [Test]
    public async Task The_ten_lines_print_what_README_says()
    {
        var result = await Command.RunAsync(Path.Combine(AppContext.BaseDirectory, "WorkerPool.Samples"), []);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        Assert.That(Readme, Does.Contain($"```\n{result.Output}```"));
        Assert.That(result.Error, Does.Contain("myFunc process │ 3 words"));
    }

    [Test]
    public async Task The_recipe_prints_the_lines_that_README_shows()
    {
        var result = await Command.RunAsync(Bench.WorkerPool, ["recipe"]);
        var shown = RecipeBlock().Match(Readme).Groups[1].Value;
        Assert.That(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.EquivalentTo(shown.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("`workerpool recipe`:\n```\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex RecipeBlock();
}
