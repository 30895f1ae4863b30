using Platform.DeviceBroker.Devices;

namespace Platform.DeviceBroker.Scheduling;

/// <summary>
/// Decides which waiting run a free device gets. All in memory, no input or output, the time is handed in; a decision costs
/// a few steps for each organization and shape that comes into question, never one for each run. Not safe for use by
/// several threads at once.
/// </summary>
internal sealed class SchedulingEngine(SchedulingPolicy policy, DateTimeOffset start)
{
    private const int HighestPriority = 100;

    private readonly Dictionary<string, QueuedRun> _runs = new(StringComparer.Ordinal);
    private readonly MatchTable _match = new();
    private readonly IndexSet _waitingShapes = new();
    private FarmCensus? _census;
    private double? _seconds;
    private long _served;
    private uint _heap;
    private int _sweep;

    public Shares Shares { get; } = new(policy, start);

    /// <summary>Waiting runs.</summary>
    public int Queued => _runs.Count;

    private FarmCensus Census => _census ??= new FarmCensus(_match);

    public bool Contains(string runId) => _runs.ContainsKey(runId);

    /// <summary>Takes a waiting run in; one that is known stays where it is.</summary>
    public void Enqueue(RunOrder order, DateTimeOffset now)
    {
        if (Shares.Of(order.Owner) is { Queued: 0 } returning)
        {
            Shares.Lift(returning, now);
        }

        Restore(order);
    }

    /// <summary>Takes a run in that was waiting before this engine was: its organization has not come back, it has never been away.</summary>
    public void Restore(RunOrder order)
    {
        if (_runs.TryGetValue(order.Id, out var known))
        {
            known.Sweep = _sweep;
        }
        else
        {
            Put(order, 0);
        }
    }

    /// <summary>Drops a run that waits no more: given away by another broker, cancelled, ended.</summary>
    public bool Remove(string runId)
    {
        if (!_runs.TryGetValue(runId, out var run))
        {
            return false;
        }

        Unqueue(run);
        return true;
    }

    /// <summary>Takes the run out of the queue whose turn it is on a device; null when none waits for such a device.</summary>
    /// <param name="device">The device; whether it is free is the caller's business.</param>
    /// <param name="staged">Models that lie on its host (<see cref="RunOrder.KeyOf"/>).</param>
    /// <param name="now">The time.</param>
    public Grant? Take(StoredDevice device, IReadOnlySet<ulong> staged, DateTimeOffset now)
    {
        var devices = _match.ClassOf(device);
        if (!devices.Shapes.Meets(_waitingShapes) || Choose(devices, staged, now) is not { } run)
        {
            return null;
        }

        Unqueue(run);
        var (tenant, shape) = (run.Queue.Tenant, run.Queue.Shape);
        double seconds = tenant.Seconds ?? policy.FirstEstimate.TotalSeconds;
        Shares.Estimate(tenant, seconds, Middle(now, seconds), ++_served);
        var order = new RunOrder(run.Id, tenant.Id, shape.Selector, run.Priority, new DateTimeOffset(run.QueuedAt, TimeSpan.Zero), run.Model);
        return new Grant(order, run.Overtaken, now, seconds);
    }

    /// <summary>The device went to another run: this one waits again, where it was.</summary>
    public void GiveBack(Grant grant)
    {
        Forget(grant);
        if (!_runs.ContainsKey(grant.Order.Id))
        {
            Put(grant.Order, grant.Overtaken);
        }
    }

    /// <summary>The run was somebody else's already: its organization is not charged for it here.</summary>
    public void Forget(Grant grant) => Shares.Return(Shares.Of(grant.Order.Owner), grant.Seconds, Middle(grant.At, grant.Seconds));

    /// <summary>The device is free again: its organization is charged with what it was held for.</summary>
    public void Settle(Grant grant, TimeSpan held)
    {
        double seconds = Math.Max(0, held.TotalSeconds);
        var tenant = Shares.Of(grant.Order.Owner);
        Forget(grant);
        Shares.Charge(tenant, seconds, Middle(grant.At, seconds), served: null);
        tenant.Seconds = Averages.Next(tenant.Seconds, seconds);
        _match.ShapeOf(grant.Order.Device).Measured(seconds);
        _seconds = Averages.Next(_seconds, seconds);
    }

    /// <summary>Takes note of how a device is.</summary>
    public void Observe(StoredDevice device) => Census.Observe(device);

    /// <summary>Where a run stands and why.</summary>
    public WaitFacts Describe(RunOrder order)
    {
        var shape = _match.ShapeOf(order.Device);
        var (matching, usable, idle) = (0, 0, 0);
        foreach (var devices in _match.Classes)
        {
            if (devices.Devices > 0 && devices.Shapes.Contains(shape.Index) && devices.IsOpenTo(order.Owner))
            {
                (matching, usable, idle) = (matching + devices.Devices, usable + devices.Usable, idle + devices.Idle);
            }
        }

        int place = _runs.TryGetValue(order.Id, out var run) ? PlaceOf(run) : 0;
        double seconds = place > 0 && usable > 0 ? Math.Max(0, ((double)place / usable) - 0.5) * (shape.Seconds ?? _seconds ?? 0) : 0;
        return new WaitFacts(place, matching, usable, idle, seconds);
    }

    /// <summary>Hosts of devices that may take a run, however these are.</summary>
    public IReadOnlyCollection<string> HostsFor(RunOrder order)
    {
        var shape = _match.ShapeOf(order.Device);
        return [.. _match.Classes.Where(devices => devices.Shapes.Contains(shape.Index) && devices.IsOpenTo(order.Owner)).SelectMany(devices => devices.Hosts).Distinct()];
    }

    /// <summary>By name of device: runs that a usable one could take, usable devices, and idle ones.</summary>
    public IReadOnlyList<(string Name, int Runnable, int Usable, int Idle)> Backlog() =>
    [
        .. _match.Classes.Where(devices => devices.Usable > 0).GroupBy(devices => devices.Name, StringComparer.Ordinal)
            .Select(kind => (kind.Key, RunnableOn([.. kind]), kind.Sum(devices => devices.Usable), kind.Sum(devices => devices.Idle))),
    ];

    /// <summary>Begins to compare the queue with the store: what is not enqueued again until the end has gone.</summary>
    public void BeginSweep() => _sweep++;

    /// <summary>Drops what the sweep has not met.</summary>
    public void EndSweep()
    {
        foreach (var run in _runs.Values.Where(run => run.Sweep < _sweep).ToList())
        {
            Unqueue(run);
        }
    }

    // Where device time lies on the average: runs of all lengths fade alike.
    private static DateTimeOffset Middle(DateTimeOffset from, double seconds) => from.AddSeconds(seconds / 2);

    private void Put(RunOrder order, byte overtaken)
    {
        var tenant = Shares.Of(order.Owner);
        var shape = _match.ShapeOf(order.Device);
        int priority = Math.Clamp(order.Priority, -HighestPriority, HighestPriority);
        var run = new QueuedRun(order.Id, shape.QueueFor(tenant), priority, order.QueuedAt.UtcTicks, order.Model, NextHeap()) { Overtaken = overtaken, Sweep = _sweep };
        _runs[order.Id] = run;
        shape.Add(run);
        tenant.Shapes.Set(shape.Index, member: true);
        _waitingShapes.Set(shape.Index, member: true);
        Shares.Waits(tenant);
    }

    private void Unqueue(QueuedRun run)
    {
        var (tenant, shape) = (run.Queue.Tenant, run.Queue.Shape);
        _runs.Remove(run.Id);
        shape.Remove(run);
        tenant.Shapes.Set(shape.Index, run.Queue.Count > 0);
        _waitingShapes.Set(shape.Index, shape.Count > 0);
        Shares.WaitsNoMore(tenant);
    }

    private QueuedRun? Choose(DeviceClass devices, IReadOnlySet<ulong> staged, DateTimeOffset now)
    {
        long overdue = (now - policy.LongestWait).UtcTicks;
        bool isPublic = devices.Owner == StoredDevice.PublicOwner;
        if (isPublic && ++devices.SincePromotion >= policy.PromotedEvery && LongestWaiting(devices, overdue) is { } late)
        {
            devices.SincePromotion = 0;
            return late;
        }

        if (!isPublic)
        {
            return Shares.Find(devices.Owner) is { } owner ? NextOf(owner, devices, staged, overdue) : null;
        }

        foreach (var tenant in Shares.Waiting)
        {
            if (NextOf(tenant, devices, staged, overdue) is { } next)
            {
                return next;
            }
        }

        return null;
    }

    private QueuedRun? LongestWaiting(DeviceClass devices, long overdue)
    {
        QueuedRun? longest = null;
        for (int index = devices.Shapes.Next(_waitingShapes, 0); index >= 0; index = devices.Shapes.Next(_waitingShapes, index + 1))
        {
            var oldest = _match[index].Oldest!;
            longest = longest is null || oldest.CompareAge(longest) < 0 ? oldest : longest;
        }

        return longest?.QueuedAt <= overdue ? longest : null;
    }

    private QueuedRun? NextOf(Tenant tenant, DeviceClass devices, IReadOnlySet<ulong> staged, long overdue)
    {
        QueuedRun? next = null;
        for (int index = devices.Shapes.Next(tenant.Shapes, 0); index >= 0; index = devices.Shapes.Next(tenant.Shapes, index + 1))
        {
            var head = _match[index].Find(tenant)!.Next(overdue);
            next = next is null || IsBefore(head, next, overdue) ? head : next;
        }

        return next is null || next.QueuedAt <= overdue || staged.Count == 0 ? next : Nearby(next, staged);
    }

    private static bool IsBefore(QueuedRun a, QueuedRun b, long overdue)
    {
        bool late = a.QueuedAt <= overdue;
        if (late != b.QueuedAt <= overdue)
        {
            return late;
        }

        return !late && a.Priority != b.Priority ? a.Priority > b.Priority : a.CompareAge(b) < 0;
    }

    private QueuedRun Nearby(QueuedRun next, IReadOnlySet<ulong> staged)
    {
        if (next.Overtaken >= policy.MostOvertaken || staged.Contains(next.Model))
        {
            return next;
        }

        var preferred = next.Queue.Preferred(next, staged, policy.AffinityDepth);
        next.Overtaken += preferred == next ? (byte)0 : (byte)1;
        return preferred;
    }

    // Those of its own queue that go before it, and what the other organizations get meanwhile if each gets its share.
    private static int PlaceOf(QueuedRun run)
    {
        var own = run.Queue;
        int before = own.Before(run);
        double others = 0;
        foreach (var queue in own.Shape.Queues)
        {
            if (queue != own)
            {
                double turns = (before + (queue.Tenant.Score < own.Tenant.Score ? 1 : 0)) * queue.Tenant.Weight / own.Tenant.Weight;
                others += Math.Min(queue.Count, Math.Floor(turns));
            }
        }

        return before + (int)others + 1;
    }

    private int RunnableOn(IReadOnlyList<DeviceClass> kind)
    {
        int runnable = 0;
        for (int index = _waitingShapes.Next(_waitingShapes, 0); index >= 0; index = _waitingShapes.Next(_waitingShapes, index + 1))
        {
            var able = kind.Where(devices => devices.Shapes.Contains(index)).ToList();
            runnable += able.Exists(devices => devices.Owner == StoredDevice.PublicOwner)
                ? _match[index].Count
                : _match[index].Queues.Where(queue => able.Exists(devices => devices.IsOpenTo(queue.Tenant.Id))).Sum(queue => queue.Count);
        }

        return runnable;
    }

    // Any well mixed sequence balances the trees; this one needs no source of chance.
    private uint NextHeap()
    {
        uint mixed = (_heap += 0x9E3779B9) ^ (_heap >> 16);
        mixed = (mixed * 0x85EBCA6B) ^ ((mixed * 0x85EBCA6B) >> 13);
        return mixed * 0xC2B2AE35;
    }
}
