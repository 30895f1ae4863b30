using Microsoft.Extensions.Options;
using Platform.Gateway.Events;
using Platform.Gateway.Operation;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.Gateway.Subscriptions;

/// <summary>
/// Brings one subscription up to the end of the log: takes the lease, delivers step by step in order, and moves the cursor behind
/// each. Who dies in between delivers at most one step twice; the event's id tells.
/// </summary>
internal sealed class SubscriptionPump(
    GatewayStore store, EventLog log, IEnumerable<IEventSink> sinks, GatewayMetrics metrics, BootIdentity boot, RandomSource random, IOptions<SubscriptionOptions> options, IOptions<GatewayOptions> gateway, TimeProvider clock)
{
    public async Task PumpAsync(string owner, string id, CancellationToken cancellation)
    {
        var held = await store.Subscriptions.For(owner).GetAsync(id, cancellation);
        bool taken = false;
        while (held is not null && await log.AfterAsync(owner, held.Value.Cursor, cancellation) is { Count: > 0 } events)
        {
            if (!taken)
            {
                held = await WriteAsync(held, SubscriptionSteps.Taken(held.Value, boot.Id, gateway.Value.Embedded, clock.GetUtcNow(), options.Value.Lease), cancellation);
                taken = true;
            }

            held = held is null ? null : await DeliverAsync(held, events, cancellation);
        }
    }

    // Null when it is somebody else's now, failed, or gone: the next look decides anew.
    private async Task<Versioned<StoredSubscription>?> DeliverAsync(Versioned<StoredSubscription> held, IReadOnlyList<LoggedEvent> events, CancellationToken cancellation)
    {
        var sink = sinks.First(sink => sink.Kind == held.Value.Kind);
        foreach (var step in events.Where(entry => held.Value.Types.Count == 0 || held.Value.Types.Contains(entry.Type)).Chunk(sink.Batch))
        {
            var failure = await sink.SendAsync(held.Value, [.. step.Select(OrganizationEvents.ToMessage)], cancellation);
            metrics.Delivered(held.Value.Kind.ToString(), failure is null, step.Length);
            if (failure is not null)
            {
                await WriteAsync(held, SubscriptionSteps.Failed(held.Value, failure, options.Value, random.Fraction(), clock.GetUtcNow()), cancellation);
                return null;
            }

            var moved = await AdvanceAsync(held, step[^1].Seq, cancellation);
            if (moved is null)
            {
                return null;
            }

            held = moved;
        }

        return held.Value.Cursor == events[^1].Seq ? held : await AdvanceAsync(held, events[^1].Seq, cancellation);
    }

    private Task<Versioned<StoredSubscription>?> AdvanceAsync(Versioned<StoredSubscription> held, long cursor, CancellationToken cancellation) =>
        WriteAsync(held, SubscriptionSteps.Delivered(held.Value, cursor, clock.GetUtcNow(), options.Value.Lease), cancellation);

    private async Task<Versioned<StoredSubscription>?> WriteAsync(Versioned<StoredSubscription> read, StoredSubscription? changed, CancellationToken cancellation)
    {
        bool written = changed is not null && await store.Subscriptions.For(read.Value.Owner).ReplaceIfVersionAsync(changed, read.Version, cancellation) == ReplaceOutcome.Replaced;
        return written ? new Versioned<StoredSubscription>(changed!, read.Version + 1) : null;
    }
}
