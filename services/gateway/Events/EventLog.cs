using Platform.Gateway.Jobs;
using Platform.Store;

namespace Platform.Gateway.Events;

/// <summary>
/// An organization's events in one gapless order. An effect is appended once, however often it is tried: its cause is a
/// unique key, and so is its place.
/// </summary>
internal sealed class EventLog(GatewayStore store)
{
    public async Task AppendAsync(Job job, JobEffect effect, CancellationToken cancellation)
    {
        var events = store.Events.For(job.Owner);
        while (true)
        {
            long seq = await LastSeqAsync(job.Owner, cancellation) + 1;
            var outcome = await events.InsertAsync(Entry(job, effect, seq), cancellation);
            if (outcome.Inserted || outcome.DuplicateIndex is "cause" or "id")
            {
                return;
            }
        }
    }

    /// <summary>Events of one job after a version, oldest first.</summary>
    public async Task<IReadOnlyList<LoggedEvent>> OfJobAsync(string owner, string jobId, long afterVer, CancellationToken cancellation)
    {
        var page = await store.Events.For(owner).QueryAsync("cause", new object[] { jobId }, new PageRequest(PageRequest.LargestLimit), cancellation);
        return [.. page.Items.Select(item => item.Value).Where(entry => entry.Ver > afterVer)];
    }

    private static LoggedEvent Entry(Job job, JobEffect effect, long seq) => new()
    {
        Id = $"{job.Id}.{effect.Ver}.{effect.N}",
        Owner = job.Owner,
        Seq = seq,
        JobId = job.Id,
        Ver = effect.Ver,
        N = effect.N,
        Type = effect.Type,
        At = effect.At,
        Kind = job.Kind.ToString(),
        Phase = effect.Phase,
        Message = effect.Message,
    };

    private async Task<long> LastSeqAsync(string owner, CancellationToken cancellation)
    {
        var page = await store.Events.For(owner).QueryAsync("seq", ReadOnlyMemory<object>.Empty, new PageRequest(1, Descending: true), cancellation);
        return page.Items.Count > 0 ? page.Items[0].Value.Seq : 0;
    }
}
