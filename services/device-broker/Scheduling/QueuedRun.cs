namespace Platform.DeviceBroker.Scheduling;

/// <summary>A waiting run in the scheduler's memory; also a node of its queue's tree, so that a million of them stay small.</summary>
internal sealed class QueuedRun(string id, ShapeQueue queue, int priority, long queuedAt, ulong model, uint heap)
{
    public string Id => id;

    public ShapeQueue Queue => queue;

    public int Priority => priority;

    /// <summary>UTC ticks.</summary>
    public long QueuedAt => queuedAt;

    public ulong Model => model;

    /// <summary>How often another went first because its model was at hand.</summary>
    public byte Overtaken { get; set; }

    /// <summary>The sweep over the store that saw it last.</summary>
    public int Sweep { get; set; }

    internal uint Heap => heap;

    internal QueuedRun? Older { get; set; }

    internal QueuedRun? Younger { get; set; }

    internal int Size { get; set; } = 1;

    /// <summary>Order of age; the id decides between equals, so that every broker orders alike.</summary>
    public int CompareAge(QueuedRun other)
    {
        int byTime = queuedAt.CompareTo(other.QueuedAt);
        return byTime != 0 ? byTime : string.CompareOrdinal(id, other.Id);
    }
}
