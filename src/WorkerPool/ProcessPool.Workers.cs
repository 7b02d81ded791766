using WorkerPool.Dispatch;
using WorkerPool.Naming;
using WorkerPool.Supervision;

namespace WorkerPool;

// The slots, their names, and how a worker is started in one.
public sealed partial class ProcessPool
{
    // Not an interpolated text: for a process's first one .NET sets up a pool of buffers, and the first worker waits for its name.
    private string NameOf(int slot) => _workerNames is not null && slot <= _workerNames.Count ? _workerNames[slot - 1] : Name + "-" + PlainNumber.Text(slot);

    private List<Slot> MakeSlots(int count)
    {
        var names = new List<string>();
        for (var slot = 1; slot <= count; slot++) names.Add(NameOf(slot));
        var shortNames = ShortNames.For(names);
        var slots = new List<Slot>();
        try
        {
            for (var i = 0; i < count; i++)
            {
                NameRegistry.Take(WorkerName.Check(names[i], nameof(ProcessPoolOptions.Name)));
                slots.Add(new Slot(i + 1, names[i], shortNames[i]));
            }
        }
        catch
        {
            foreach (var slot in slots) NameRegistry.Release(slot.Name);
            throw;
        }

        return slots;
    }

    private Slot MakeSlot(int number)
    {
        NameRegistry.Take(WorkerName.Check(NameOf(number), "workers"));
        return new Slot(number, NameOf(number), ShortNames.For([.. Enumerable.Range(1, number).Select(NameOf)])[number - 1]);
    }

    private IPoolWorker StartWorker(Slot slot)
    {
        if (_options.InProcess) return InProcessWorker.Start(_dispatcher, slot, _serializer, _options.Initialize, _options.Finish);
        var generation = slot.Generation;
        return PoolWorker.Start(_dispatcher, slot, new WorkerLaunch
        {
            Name = slot.Name,
            ShortName = slot.ShortName,
            Identity = slot.Name,
            Slot = slot.Number,
            Generation = generation,
            Command = _options.Command,
            Environment = Filled(slot),
            WorkingDirectory = _options.WorkingDirectory,
            StartTimeout = _options.StartTimeout,
            Logger = _options.Logger,
            TimeProvider = _options.TimeProvider,
            Welcome = _welcome,
            Printed = _tell is null ? null : (line, isStdout, taskId) => _tell(new OutputWritten(
                _options.TimeProvider.GetUtcNow(), Name, slot.Name, generation, taskId == 0 ? null : taskId, !isStdout, line)),
        });
    }

    private Dictionary<string, string?> Filled(Slot slot)
    {
        var filled = new Dictionary<string, string?>();
        foreach (var (name, value) in _environment)
        {
            filled[name] = value?
                .Replace("{name}", slot.Name, StringComparison.Ordinal)
                .Replace("{slot}", $"{slot.Number}", StringComparison.Ordinal)
                .Replace("{slot0}", $"{slot.Number - 1}", StringComparison.Ordinal);
        }

        return filled;
    }
}
