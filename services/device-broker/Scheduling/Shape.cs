using Platform.Contracts.Hub.V1;

namespace Platform.DeviceBroker.Scheduling;

/// <summary>What runs ask of a device: all runs that ask for the same are matched once.</summary>
internal sealed class Shape(string key, int index, DeviceSelector selector)
{
    private readonly Dictionary<Tenant, ShapeQueue> _queues = [];
    private readonly SortedSet<ShapeQueue> _byAge = new(Comparer<ShapeQueue>.Create((a, b) => a.Oldest!.CompareAge(b.Oldest!)));

    public string Key => key;

    /// <summary>Its place in the sets; used again when it has gone.</summary>
    public int Index => index;

    public DeviceSelector Selector => selector;

    /// <summary>Queues of organizations that have such runs.</summary>
    public IReadOnlyCollection<ShapeQueue> Queues => _queues.Values;

    public int Count { get; private set; }

    /// <summary>The run of this shape that has waited longest.</summary>
    public QueuedRun? Oldest { get; private set; }

    /// <summary>Device time of such runs, in seconds; null before the first has ended.</summary>
    public double? Seconds { get; private set; }

    public ShapeQueue? Find(Tenant tenant) => _queues.GetValueOrDefault(tenant);

    /// <summary>The queue for an organization's next run of this shape.</summary>
    public ShapeQueue QueueFor(Tenant tenant) => Find(tenant) ?? new ShapeQueue(tenant, this);

    public void Add(QueuedRun run) => Change(run.Queue, run, run.Queue.Add, 1);

    public void Remove(QueuedRun run) => Change(run.Queue, run, run.Queue.Remove, -1);

    public void Measured(double seconds) => Seconds = Averages.Next(Seconds, seconds);

    private void Change(ShapeQueue queue, QueuedRun run, Action<QueuedRun> change, int by)
    {
        if (queue.Count > 0)
        {
            _byAge.Remove(queue);
        }

        change(run);
        Count += by;
        if (queue.Count > 0)
        {
            _queues[queue.Tenant] = queue;
            _byAge.Add(queue);
        }
        else
        {
            _queues.Remove(queue.Tenant);
        }

        Oldest = _byAge.Min?.Oldest;
    }
}

/// <summary>Averages that follow what happens.</summary>
internal static class Averages
{
    private const double Weight = 0.1;

    public static double Next(double? average, double value) => average is { } known ? known + (Weight * (value - known)) : value;
}
