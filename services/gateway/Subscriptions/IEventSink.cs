using Platform.Contracts.Hub.V1;

namespace Platform.Gateway.Subscriptions;

/// <summary>A way out of the house.</summary>
internal interface IEventSink
{
    SubscriptionKind Kind { get; }

    /// <summary>How many events it takes at once; the cursor moves behind all of them together.</summary>
    int Batch { get; }

    /// <summary>Null when all events were taken, in their order; otherwise why not.</summary>
    Task<DeliveryFailure?> SendAsync(StoredSubscription subscription, IReadOnlyList<CloudEvent> events, CancellationToken cancellation);
}
