using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.Gateway.Events;

/// <summary>
/// Appends the events of one organization. While one batch is written the next gathers, so that many jobs share a write. A batch is
/// written in its order and only behind what is in the log: a reader never sees an event before the one that precedes it.
/// </summary>
/// <param name="log">The log.</param>
/// <param name="appended">Told of events that are in the log now, in its order.</param>
/// <param name="clock">Clock.</param>
internal sealed class EventQueue(OwnedCollection<LoggedEvent> log, Action<IReadOnlyList<LoggedEvent>> appended, TimeProvider clock)
{
    private const int LargestBatch = 500;

    // Two gateways that write as fast as they can are in each other's way most of the time.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    private readonly Turn _turn = new();
    private readonly Lock _lock = new();
    private readonly List<Waiting> _waiting = [];

    // Behind what this gateway wrote last; another gateway may have taken the place meanwhile.
    private long? _next;

    // Whether another gateway writes here too: then a look where the log ends costs less than a write in vain.
    private bool _isShared;
    private long? _begun;

    /// <summary>Completes when the events are in the log; their numbers are given here.</summary>
    public async Task AppendAsync(IReadOnlyList<LoggedEvent> events, CancellationToken cancellation)
    {
        var own = new Waiting(events);
        lock (_lock)
        {
            _waiting.Add(own);
        }

        await _turn.TakeAsync(cancellation);
        try
        {
            if (!own.Written.Task.IsCompleted)
            {
                await PauseAsync(cancellation);
                await WriteAsync(Take(own), cancellation);
            }
        }
        finally
        {
            _turn.Release();
        }

        await own.Written.Task;
    }

    private async Task PauseAsync(CancellationToken cancellation)
    {
        var left = _isShared && _begun is { } begun ? s_pause - clock.GetElapsedTime(begun) : TimeSpan.Zero;
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, clock, cancellation);
        }

        _begun = clock.GetTimestamp();
    }

    private List<Waiting> Take(Waiting own)
    {
        lock (_lock)
        {
            _waiting.Remove(own);
            List<Waiting> batch = [own, .. _waiting.Take(LargestBatch)];
            _waiting.RemoveRange(0, batch.Count - 1);
            return batch;
        }
    }

    private async Task WriteAsync(List<Waiting> batch, CancellationToken cancellation)
    {
        try
        {
            await WriteAsync([.. batch.SelectMany(waiting => waiting.Events)], cancellation);
            batch.ForEach(waiting => waiting.Written.TrySetResult());
        }
        catch (Exception error) when (error is StoreException or OperationCanceledException)
        {
            batch.ForEach(waiting => waiting.Written.TrySetException(error));
        }
    }

    private async Task WriteAsync(List<LoggedEvent> events, CancellationToken cancellation)
    {
        while (events.Count > 0)
        {
            long next = await NextAsync(cancellation);
            _next = null;
            List<LoggedEvent> placed = [.. events.Select((entry, i) => entry with { Seq = next + i })];
            var outcomes = await log.InsertManyAsync(placed, cancellation);
            int inserted = outcomes.Count(outcome => outcome.Inserted);
            appended(placed[..inserted]);
            bool isThere = outcomes.Count > inserted && outcomes[^1].DuplicateIndex is "cause" or "id";
            _next = isThere || inserted == events.Count ? next + inserted : null;
            _isShared |= _next is null;

            // One that is in the log already is done with; where another gateway took the place, the rest goes behind it.
            events.RemoveRange(0, isThere ? inserted + 1 : inserted);
        }
    }

    private async Task<long> NextAsync(CancellationToken cancellation)
    {
        if (_next is { } behind && !_isShared)
        {
            return behind;
        }

        long next = await LastSeqAsync(cancellation) + 1;
        _isShared &= _next != next;
        return next;
    }

    private async Task<long> LastSeqAsync(CancellationToken cancellation)
    {
        var page = await log.QueryAsync("seq", ReadOnlyMemory<object>.Empty, new PageRequest(1, Descending: true), cancellation);
        return page.Items.Count > 0 ? page.Items[0].Value.Seq : 0;
    }

    private sealed record Waiting(IReadOnlyList<LoggedEvent> Events)
    {
        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
