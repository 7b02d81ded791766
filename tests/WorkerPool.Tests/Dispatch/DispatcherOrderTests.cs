namespace WorkerPool.Tests.Dispatch;

/// <summary>Which of the tasks that wait comes next.</summary>
internal sealed class DispatcherOrderTests
{
    [Test]
    public void Higher_priorities_run_first_from_the_highest_number_to_the_lowest()
    {
        var model = new DispatcherModel(1);
        int[] priorities = [0, int.MinValue, 3, -1, int.MaxValue, 3, 0, -1];
        var tasks = priorities.Select(p => model.Submit(priority: p)!).ToArray();
        var order = new List<int>();
        var worker = model.Workers[0];
        worker.Greet();
        for (var i = 0; i < 100 && order.Count < tasks.Length; i++)
        {
            worker.Deliver();
            worker.TakeMessage();
            if (worker.Begin()) order.Add(Array.IndexOf(tasks, worker.Running));
            worker.Finish(succeeds: true);
        }

        Assert.That(order, Is.EqualTo(new[] { 4, 2, 5, 0, 6, 3, 7, 1 }));
    }
}
