using Microsoft.Extensions.Options;
using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Runs;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.DeviceBroker.Scheduling;

/// <summary>
/// The engine, kept in step with the store: what the store holds is true, the engine's memory follows it. Several brokers may
/// each have one; who gives a run away is decided in the store.
/// </summary>
internal sealed class RunQueue(BrokerStore store, IOptions<BrokerOptions> options, TimeProvider clock)
{
    // Clocks of brokers differ and writes overtake each other: scans look this far back, calls of hosts only a little, since all that
    // was queued meanwhile is read each time. The sweep finds what lies further back.
    private static readonly TimeSpan s_scanOverlap = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_callOverlap = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly SchedulingEngine _engine = new(options.Value.Scheduling, clock.GetUtcNow());
    private readonly Dictionary<string, (long Epoch, Grant Grant)> _granted = new(StringComparer.Ordinal);
    private readonly Turn _looking = new();
    private DateTimeOffset? _newest;
    private IndexPosition? _swept;
    private long _looks;

    /// <summary>Whether the queue has been read once; before that nothing is given away, since it might not be its turn.</summary>
    public bool IsReady { get; private set; }

    public void Enqueue(RunOrder order) => TakeIn(order);

    public void Remove(string runId) => With(engine => engine.Remove(runId));

    /// <summary>The run whose turn it is on a device; null when there is none, or not yet.</summary>
    public Grant? Take(StoredDevice device, IReadOnlySet<ulong> staged) => IsReady ? With(engine => engine.Take(device, staged, clock.GetUtcNow())) : null;

    public void GiveBack(Grant grant) => With(engine => engine.GiveBack(grant));

    public void Forget(Grant grant) => With(engine => engine.Forget(grant));

    /// <summary>The device has the run: its organization is charged with what it will be held for.</summary>
    public void Granted(StoredDevice device, Grant grant) => With(engine => _granted[device.Id] = (device.Epoch, grant));

    /// <summary>Takes note of devices as the store has them.</summary>
    public void Observe(IEnumerable<StoredDevice> devices)
    {
        foreach (var device in devices)
        {
            // One at a time: decisions go on between them.
            lock (_lock)
            {
                _engine.Observe(device);
                Settle(device);
            }
        }
    }

    public WaitFacts Describe(RunOrder run) => With(engine => engine.Describe(run));

    /// <summary>Hosts with devices that may take a run, busy or not, as far as this broker knows.</summary>
    public IReadOnlyCollection<string> HostsFor(RunOrder order) => With(engine => engine.HostsFor(order));

    public IReadOnlyList<(string Name, int Runnable, int Usable, int Idle)> Backlog() => With(engine => engine.Backlog());

    /// <summary>Takes in what has been queued since the last look, through whichever broker; the first look reads the whole queue.</summary>
    public Task ScanAsync(CancellationToken cancellation) => LookInTurnAsync(s_scanOverlap, isShared: false, cancellation);

    /// <summary>The same for the call of a host, which must not miss what its bell was rung for: one look for all who call meanwhile.</summary>
    public Task CatchUpAsync(CancellationToken cancellation) => LookInTurnAsync(s_callOverlap, isShared: true, cancellation);

    /// <summary>Compares one page of the store's unfinished runs with the queue, the next page the next time.</summary>
    /// <returns>The page's runs.</returns>
    public async Task<IReadOnlyList<StoredRun>> SweepAsync(CancellationToken cancellation)
    {
        if (_swept is null)
        {
            With(engine => engine.BeginSweep());
        }

        var page = await ActiveAsync(_swept, cancellation);
        _swept = page.Next;
        if (_swept is null)
        {
            With(engine => engine.EndSweep());
        }

        return [.. page.Items.Select(item => item.Value)];
    }

    /// <summary>Tells the store who has used how much, and hears what other brokers have told it.</summary>
    public async Task ShareUsageAsync(CancellationToken cancellation)
    {
        foreach (var news in With(engine => engine.Shares.News(clock.GetUtcNow())))
        {
            var usages = store.Usage.For(news.Organization);
            var told = await usages.UpdateAsync(news.Organization, known => news.Onto(known, options.Value.Scheduling.HalfLife), cancellation);
            var stored = told?.Value ?? news.Onto(null, options.Value.Scheduling.HalfLife);
            if (told is not null || (await usages.InsertAsync(stored, cancellation)).Inserted)
            {
                With(engine => engine.Shares.Told(news, stored));
            }
        }

        var page = await store.Usage.AsSystem().QueryAsync("at", ReadOnlyMemory<object>.Empty, new PageRequest(PageRequest.LargestLimit, Descending: true), cancellation);
        lock (_lock)
        {
            foreach (var usage in page.Items.Select(item => item.Value))
            {
                _engine.Shares.Recall(usage);
            }
        }
    }

    private async Task LookInTurnAsync(TimeSpan overlap, bool isShared, CancellationToken cancellation)
    {
        long asked = Interlocked.Read(ref _looks);
        await _looking.TakeAsync(cancellation);
        try
        {
            // Whoever waited while a look began and ended has had what it came for.
            if (!isShared || Interlocked.Read(ref _looks) == asked)
            {
                Interlocked.Increment(ref _looks);
                await LookAsync(overlap, cancellation);
            }
        }
        finally
        {
            _looking.Release();
        }
    }

    private async Task LookAsync(TimeSpan overlap, CancellationToken cancellation)
    {
        if (_newest is null)
        {
            await ShareUsageAsync(cancellation);
        }

        var after = _newest is { } newest ? new IndexPosition(IndexKey.Of(newest - overlap), "") : null;
        do
        {
            var page = await ActiveAsync(after, cancellation);
            _newest = page.Items is [.., var last] && !(last.Value.QueuedAt <= _newest) ? last.Value.QueuedAt : _newest;
            after = page.Next;
        }
        while (after is not null);
        _newest ??= clock.GetUtcNow();
        IsReady = true;
    }

    private async Task<Page<StoredRun>> ActiveAsync(IndexPosition? after, CancellationToken cancellation)
    {
        var page = await store.Runs.AsSystem().QueryAsync("active", ReadOnlyMemory<object>.Empty, new PageRequest(1000, After: after), cancellation);
        foreach (var run in page.Items.Select(item => item.Value))
        {
            if (run.Phase == RunPhase.Queued)
            {
                TakeIn(RunOrder.Of(run));
            }
            else
            {
                Remove(run.Id);
            }
        }

        return page;
    }

    private void TakeIn(RunOrder order)
    {
        lock (_lock)
        {
            if (IsReady)
            {
                _engine.Enqueue(order, clock.GetUtcNow());
            }
            else
            {
                _engine.Restore(order);
            }
        }
    }

    private void Settle(StoredDevice device)
    {
        if (_granted.TryGetValue(device.Id, out var known) && (device.Epoch > known.Epoch || (device.Epoch == known.Epoch && device.State is DeviceState.Idle or DeviceState.Offline)))
        {
            _granted.Remove(device.Id);
            var until = device.Epoch == known.Epoch ? device.Since : clock.GetUtcNow();
            _engine.Settle(known.Grant, until - known.Grant.At);
        }
    }

    private T With<T>(Func<SchedulingEngine, T> use)
    {
        lock (_lock)
        {
            return use(_engine);
        }
    }

    private void With(Action<SchedulingEngine> use)
    {
        lock (_lock)
        {
            use(_engine);
        }
    }
}
