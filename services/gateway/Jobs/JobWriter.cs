using Platform.Gateway.Operation;
using Platform.Store;

namespace Platform.Gateway.Jobs;

/// <summary>
/// The only writer of jobs: applies an event by compare-and-swap. A lost race reads again and applies again, which is
/// usually nothing any more.
/// </summary>
internal sealed class JobWriter(GatewayStore store, JobMachine machine, JobBells bells, GatewayMetrics metrics, TimeProvider clock)
{
#if PLANTED_BUGS
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, (Versioned<Job>? Job, DateTimeOffset At)> _read = new();

#endif
    /// <summary>The job after the event; null when the event changed nothing or there is no such job.</summary>
    public async Task<Job?> ApplyAsync(string owner, string id, JobEvent happened, CancellationToken cancellation) =>
        (await ApplyAsync(owner, id, [happened], cancellation))?.Value;

    /// <summary>The same for several events, one after another, in one write.</summary>
    public async Task<Versioned<Job>?> ApplyAsync(string owner, string id, JobEvent[] happened, CancellationToken cancellation)
    {
        // What this gateway wrote last is as good as what it would read, if the events change it: were it old, the write would fail.
        if (store.Jobs.For(owner).Recent(id) is { } written && After(written.Value, happened) is { } changed)
        {
            return await ApplyAsync(written, changed, happened, cancellation);
        }

        return await FindAsync(owner, id, cancellation) is { } read ? await ApplyAsync(read, happened, cancellation) : null;
    }

    /// <summary>The same for a job that was just read. Who changed it meanwhile has rung for it: an event that changes nothing of what was read is let go.</summary>
    public Task<Versioned<Job>?> ApplyAsync(Versioned<Job> read, JobEvent happened, CancellationToken cancellation) => ApplyAsync(read, [happened], cancellation);

    /// <summary>Several events, one after another, in one write.</summary>
    public Task<Versioned<Job>?> ApplyAsync(Versioned<Job> read, JobEvent[] happened, CancellationToken cancellation) =>
        ApplyAsync(read, After(read.Value, happened), happened, cancellation);

    private async Task<Versioned<Job>?> ApplyAsync(Versioned<Job> read, Job? after, JobEvent[] happened, CancellationToken cancellation)
    {
        var jobs = store.Jobs.For(read.Value.Owner);
        var (current, changed) = (read, after);
        while (changed is not null)
        {
            var outcome = await jobs.ReplaceIfVersionAsync(changed, current.Version, cancellation);
            if (outcome == ReplaceOutcome.Duplicate)
            {
                throw new EqualJobInFlightException();
            }

            if (outcome == ReplaceOutcome.Replaced)
            {
                Count(current.Value, happened, changed);
                var written = new Versioned<Job>(changed, current.Version + 1);
                bells.Ring(written);
                return written;
            }

            if (await jobs.GetAsync(read.Value.Id, cancellation) is not { } newer)
            {
                return null;
            }

            (current, changed) = (newer, After(newer.Value, happened));
        }

        return null;
    }

    private Job? After(Job job, JobEvent[] happened)
    {
        Job? changed = null;
        foreach (var one in happened)
        {
            changed = machine.Apply(changed ?? job, one, clock.GetUtcNow()) ?? changed;
        }

        return changed;
    }

    public async Task<Job?> GetAsync(string owner, string id, CancellationToken cancellation) => (await FindAsync(owner, id, cancellation))?.Value;

    public async Task<Versioned<Job>?> FindAsync(string owner, string id, CancellationToken cancellation)
    {
#if PLANTED_BUGS
        if (Planting.Planted.IsOn("STALE_READ") && _read.TryGetValue(id, out var known) && clock.GetUtcNow() - known.At < TimeSpan.FromSeconds(2))
        {
            return known.Job;
        }
#endif
        var job = await store.Jobs.For(owner).GetAsync(id, cancellation);
#if PLANTED_BUGS
        _read[id] = (job, clock.GetUtcNow());
#endif
        return job;
    }

    private void Count(Job before, JobEvent[] happened, Job after)
    {
        bool wasAtWork = before.Phase.IsHeld() || after.Attempts > before.Attempts;
        if (wasAtWork && !after.Phase.IsHeld() && Array.Find(happened, one => one is JobEvent.AttemptFailed or JobEvent.Ticked) is { } end)
        {
            metrics.AttemptFailed(end is JobEvent.AttemptFailed failed ? failed.Failure.Code : "WORKER_LOST");
        }

        if (after.Phase.IsTerminal() && !before.Phase.IsTerminal())
        {
            metrics.JobEnded(after.Kind.ToString(), after.Failure?.Code ?? "OK");
        }
    }
}

/// <summary>The unique key of a conversion is held by another job: its run can be shared.</summary>
internal sealed class EqualJobInFlightException : Exception;
