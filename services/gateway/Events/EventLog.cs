using System.Collections.Concurrent;
using Platform.Gateway.Jobs;
using Platform.Store;

namespace Platform.Gateway.Events;

/// <summary>
/// An organization's events in one gapless order. An effect is appended once, however often it is tried: its cause is a
/// unique key, and so is its place.
/// </summary>
internal sealed class EventLog(GatewayStore store, TimeProvider clock)
{
    private const int Page = 500;

    private readonly ConcurrentDictionary<string, EventQueue> _queues = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, EventTail> _tails = new(StringComparer.Ordinal);

    /// <summary>Appends what a job owes to the log.</summary>
    public Task AppendAsync(Job job, CancellationToken cancellation)
    {
        var appended = _queues.GetOrAdd(job.Owner, owner => new EventQueue(store.Events.For(owner), TailOf(owner).Follow, clock)).AppendAsync([.. job.Effects.Select(effect => Entry(job, effect))], cancellation);
#if PLANTED_BUGS
        appended = Planting.Planted.IsOn("EFFECT_REMOVED_EARLY") ? Task.CompletedTask : appended;
#endif
        return appended;
    }

    /// <summary>Events of one job after a version, oldest first.</summary>
    public async Task<IReadOnlyList<LoggedEvent>> OfJobAsync(string owner, string jobId, long afterVer, CancellationToken cancellation)
    {
        var page = await store.Events.For(owner).QueryAsync("cause", new object[] { jobId }, new PageRequest(PageRequest.LargestLimit), cancellation);
        return [.. page.Items.Select(item => item.Value).Where(entry => entry.Ver > afterVer)];
    }

    /// <summary>Events behind a place in the log, in its order; at most a page of them.</summary>
    public Task<IReadOnlyList<LoggedEvent>> AfterAsync(string owner, long seq, CancellationToken cancellation) =>
        TailOf(owner).AfterAsync(seq, cancellation);

    private EventTail TailOf(string owner) => _tails.GetOrAdd(owner, _ => new EventTail((after, stop) => ReadAsync(owner, after, stop), Page));

    private async Task<IReadOnlyList<LoggedEvent>> ReadAsync(string owner, long seq, CancellationToken cancellation)
    {
        var page = await store.Events.For(owner).QueryAfterAsync("seq", new object[] { seq }, new PageRequest(Page), cancellation);
        return [.. page.Items.Select(item => item.Value)];
    }

    /// <summary>The last place of the log; 0 while it is empty.</summary>
    public async Task<long> LastSeqAsync(string owner, CancellationToken cancellation)
    {
        var page = await store.Events.For(owner).QueryAsync("seq", ReadOnlyMemory<object>.Empty, new PageRequest(1, Descending: true), cancellation);
        return page.Items.Count > 0 ? page.Items[0].Value.Seq : 0;
    }

    private static LoggedEvent Entry(Job job, JobEffect effect) => new()
    {
        Id = $"{job.Id}.{effect.Ver}.{effect.N}",
        Owner = job.Owner,
        Seq = 0,
        JobId = job.Id,
        Ver = effect.Ver,
        N = effect.N,
        Type = effect.Type,
        At = effect.At,
        Kind = job.Kind.ToString(),
        Phase = effect.Phase,
        Message = effect.Message,
    };
}
