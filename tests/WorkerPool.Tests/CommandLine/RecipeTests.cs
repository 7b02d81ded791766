using WorkerPool.Tests.Support;

namespace WorkerPool.Tests.CommandLine;

/// <summary>The recipe that this began with, and its target from the command line.</summary>
internal sealed class RecipeTests : ProcessTest
{
    [Test]
    public async Task The_recipe_names_one_process_and_numbers_the_other()
    {
        var recipe = await Executable.RunAsync("recipe");
        Assert.Multiple(() =>
        {
            Assert.That(recipe.ExitCode, Is.Zero);
            Assert.That(recipe.Output, Is.Empty);
            Assert.That(Executable.LinesOf(recipe.Error), Is.EquivalentTo((string[])["myFunc process │ Starting", "myFunc process │ Exiting", "Process-2 │ Starting", "Process-2 │ Exiting"]));
            Assert.That(Executable.MessagesOf("myFunc process", recipe.Error), Is.EqualTo((string[])["Starting", "Exiting"]));
            Assert.That(Executable.MessagesOf("Process-2", recipe.Error), Is.EqualTo((string[])["Starting", "Exiting"]));
        });
    }

    [Test]
    public async Task Hello_runs_once_in_each_worker()
    {
        var run = await Executable.RunAsync("run", "hello", "-j", "3");
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero);
            Assert.That(run.Output, Is.Empty);
            Assert.That(Executable.LinesOf(run.Error), Has.Length.EqualTo(6));
            foreach (var worker in (string[])["hello-1", "hello-2", "hello-3"]) Assert.That(Executable.MessagesOf(worker, run.Error), Is.EqualTo((string[])["Starting", "Exiting"]));
        });
    }

    [Test]
    public async Task Names_make_as_many_workers()
    {
        var run = await Executable.RunAsync("run", "hello", "--names", "left one,右");
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero);
            Assert.That(Executable.LinesOf(run.Error), Has.Length.EqualTo(4));
            Assert.That(Executable.MessagesOf("left one", run.Error), Has.Length.EqualTo(2));
            Assert.That(Executable.MessagesOf("右", run.Error), Has.Length.EqualTo(2));
        });
    }
}
