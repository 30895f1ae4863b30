using Platform.Contracts.Hub.V1;
using Platform.Gateway.Subscriptions;
using Platform.Simulation.Tests.Engine;
using Platform.Simulation.Tests.Laws;

namespace Platform.Simulation.Tests.Processes;

/// <summary>Somebody outside who is sent events; now and then it does not answer.</summary>
internal sealed class Receiver(Ledger ledger, Process process) : IEventSink
{
    public SubscriptionKind Kind => SubscriptionKind.Webhook;

    public int Batch => 1;

    public async Task<DeliveryFailure?> SendAsync(StoredSubscription subscription, IReadOnlyList<CloudEvent> events, CancellationToken cancellation)
    {
        await process.Pass(TimeSpan.FromMilliseconds(5));
        return ledger.Receive(subscription.Owner, events[0]) ? null : new DeliveryFailure("the simulated receiver does not answer");
    }
}
