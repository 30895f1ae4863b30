using Platform.Contracts.Messages;
using Platform.Messaging;
using Platform.Store;

namespace Platform.Gateway.Jobs;

/// <summary>
/// The only writer of jobs: applies an event by compare-and-swap. A lost race reads again and applies again, which is
/// usually nothing any more.
/// </summary>
internal sealed class JobWriter(GatewayStore store, JobMachine machine, Doorbell doorbell, TimeProvider clock)
{
    /// <summary>The job after the event; null when the event changed nothing or there is no such job.</summary>
    public async Task<Job?> ApplyAsync(string owner, string id, JobEvent happened, CancellationToken cancellation)
    {
        while (await store.Jobs.For(owner).GetAsync(id, cancellation) is { } current)
        {
            var changed = machine.Apply(current.Value, happened, clock.GetUtcNow());
            if (changed is null)
            {
                return null;
            }

            var outcome = await store.Jobs.For(owner).ReplaceIfVersionAsync(changed, current.Version, cancellation);
            if (outcome == ReplaceOutcome.Duplicate)
            {
                throw new EqualJobInFlightException();
            }

            if (outcome == ReplaceOutcome.Replaced)
            {
                await doorbell.RingAsync(new JobChanged(owner, id, changed.Ver));
                return changed;
            }
        }

        return null;
    }

    public async Task<Job?> GetAsync(string owner, string id, CancellationToken cancellation) => (await store.Jobs.For(owner).GetAsync(id, cancellation))?.Value;
}

/// <summary>The unique key of a conversion is held by another job: its run can be shared.</summary>
internal sealed class EqualJobInFlightException : Exception;
