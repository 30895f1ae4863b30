namespace Platform.DeviceBroker.Scheduling;

/// <summary>Waiting runs of one organization that ask for the same devices: by priority, then by age.</summary>
internal sealed class ShapeQueue(Tenant tenant, Shape shape)
{
    // Keyed by the negative priority: the first is the highest.
    private readonly SortedList<int, RunsByAge> _levels = [];

    public Tenant Tenant => tenant;

    public Shape Shape => shape;

    public int Count { get; private set; }

    /// <summary>The run that has waited longest, whatever its priority.</summary>
    public QueuedRun? Oldest { get; private set; }

    public void Add(QueuedRun run)
    {
        if (!_levels.TryGetValue(-run.Priority, out var level))
        {
            _levels.Add(-run.Priority, level = new RunsByAge());
        }

        level.Add(run);
        Count++;
        if (Oldest is null || run.CompareAge(Oldest) < 0)
        {
            Oldest = run;
        }
    }

    public void Remove(QueuedRun run)
    {
        var level = _levels[-run.Priority];
        level.Remove(run);
        Count--;
        if (level.Count == 0)
        {
            _levels.Remove(-run.Priority);
        }

        if (Oldest == run)
        {
            Oldest = OldestOfLevels();
        }
    }

    /// <summary>The run whose turn it is in this queue, which must not be empty.</summary>
    /// <param name="overdue">Whoever was queued by then has waited too long and goes first; UTC ticks.</param>
    public QueuedRun Next(long overdue) => Oldest!.QueuedAt <= overdue ? Oldest : _levels.GetValueAtIndex(0).First!;

    /// <summary>A run as urgent as <paramref name="next"/> and not far behind it whose model is at hand; else that one.</summary>
    public QueuedRun Preferred(QueuedRun next, IReadOnlySet<ulong> staged, int depth) =>
        _levels[-next.Priority].Find(run => staged.Contains(run.Model), depth) ?? next;

    /// <summary>How many runs of this queue go before a run of it.</summary>
    public int Before(QueuedRun run)
    {
        int before = _levels[-run.Priority].Before(run);
        foreach (var (level, runs) in _levels)
        {
            before += level < -run.Priority ? runs.Count : 0;
        }

        return before;
    }

    private QueuedRun? OldestOfLevels()
    {
        QueuedRun? oldest = null;
        foreach (var level in _levels.Values)
        {
            oldest = oldest is null || level.First!.CompareAge(oldest) < 0 ? level.First : oldest;
        }

        return oldest;
    }
}
