using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Gateway.Subscriptions;

/// <summary>Where a subscription's events go. Stored by name.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SubscriptionKind>))]
internal enum SubscriptionKind
{
    Webhook,
    Exchange,
}

/// <summary>
/// Somebody outside who is sent an organization's events, with a cursor of its own in the log. Whoever sends holds the lease; every
/// step is one compare-and-swap of this document, so that two gateways never send for one subscription at a time.
/// </summary>
internal sealed record StoredSubscription
{
    public int Schema { get; init; } = 1;

    public required string Id { get; init; }

    public required string Owner { get; init; }

    public required SubscriptionKind Kind { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public string Creator { get; init; } = "";

    /// <summary>Address of a webhook.</summary>
    public string Url { get; init; } = "";

    /// <summary>Types of events that are sent; empty for all.</summary>
    public IReadOnlyList<string> Types { get; init; } = [];

    /// <summary>The signing key, sealed by <see cref="Webhooks.SecretBox"/>.</summary>
    public byte[] SealedSecret { get; init; } = [];

    /// <summary>Sequence of the last event that is dealt with.</summary>
    public required long Cursor { get; init; }

    public SubscriptionLease? Lease { get; init; }

    /// <summary>Deliveries in a row that failed.</summary>
    public int Failures { get; init; }

    public DateTimeOffset? FailingSince { get; init; }

    public string LastFailure { get; init; } = "";

    /// <summary>Not before; null while nothing fails.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>Why nothing is sent any more; null while it is.</summary>
    public string? DisabledReason { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }
}

/// <summary>Which gateway sends, until when.</summary>
/// <param name="Holder">Start of a gateway: a restarted one holds nothing.</param>
/// <param name="ExpiresAt">When another may take over.</param>
internal sealed record SubscriptionLease(string Holder, DateTimeOffset ExpiresAt);

/// <summary>Why an event could not be delivered.</summary>
/// <param name="Message">A sentence.</param>
/// <param name="RetryAfter">How long the receiver asked to be left alone; null when it did not say.</param>
/// <param name="Final">Whether the receiver wants nothing more, ever.</param>
internal sealed record DeliveryFailure(string Message, TimeSpan? RetryAfter = null, bool Final = false);
