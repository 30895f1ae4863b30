namespace Platform.Gateway.Subscriptions;

/// <summary>What a subscription's document says after each thing that can happen to it: pure functions.</summary>
internal static class SubscriptionSteps
{
    /// <summary>The subscription under a lease of its own; null when it is not due or somebody else holds it.</summary>
    public static StoredSubscription? Taken(StoredSubscription subscription, string holder, bool alone, DateTimeOffset now, TimeSpan lease)
    {
        bool due = subscription.DisabledReason is null && (subscription.NextAt is null || subscription.NextAt <= now);
        bool free = subscription.Lease is not { } held || held.Holder == holder || held.ExpiresAt <= now || alone;
        return due && free ? subscription with { Lease = new SubscriptionLease(holder, now + lease) } : null;
    }

    public static StoredSubscription Delivered(StoredSubscription subscription, long cursor, DateTimeOffset now, TimeSpan lease) => subscription with
    {
        Cursor = cursor,
        Lease = subscription.Lease! with { ExpiresAt = now + lease },
        Failures = 0,
        FailingSince = null,
        LastFailure = "",
        NextAt = null,
    };

    /// <summary>The subscription after a failed delivery of the event behind its cursor, which stays the next one.</summary>
    /// <param name="subscription">As it was.</param>
    /// <param name="failure">What went wrong.</param>
    /// <param name="options">Back-off.</param>
    /// <param name="jitter">In [0, 1): of receivers that fail together not all are tried again together.</param>
    /// <param name="now">Time.</param>
    public static StoredSubscription Failed(StoredSubscription subscription, DeliveryFailure failure, SubscriptionOptions options, double jitter, DateTimeOffset now)
    {
        var since = subscription.FailingSince ?? now;
        var wait = BackOff(subscription.Kind, subscription.Failures, options) * (0.5 + (jitter / 2));
        var asked = failure.RetryAfter < options.LongestBackOff ? failure.RetryAfter.Value : TimeSpan.Zero;
        return subscription with
        {
            Failures = subscription.Failures + 1,
            FailingSince = since,
            LastFailure = failure.Message,
            NextAt = now + (asked > wait ? asked : wait),
            Lease = null,
            DisabledReason = Reason(subscription.Kind, failure, since, options, now),
        };
    }

    /// <summary>The subscription from another place of the log on, whatever was wrong with it.</summary>
    public static StoredSubscription Replayed(StoredSubscription subscription, long cursor) => subscription with
    {
        Cursor = cursor,
        Lease = null,
        Failures = 0,
        FailingSince = null,
        LastFailure = "",
        NextAt = null,
        DisabledReason = null,
    };

    private static TimeSpan BackOff(SubscriptionKind kind, int failures, SubscriptionOptions options)
    {
        double wait = options.FirstBackOff.TotalSeconds * Math.Pow(2, Math.Min(failures, 30));
        var longest = kind == SubscriptionKind.Webhook ? options.LongestBackOff : options.LongestExchangeBackOff;
        return TimeSpan.FromSeconds(Math.Min(wait, longest.TotalSeconds));
    }

    private static string? Reason(SubscriptionKind kind, DeliveryFailure failure, DateTimeOffset since, SubscriptionOptions options, DateTimeOffset now)
    {
        if (failure.Final)
        {
            return failure.Message;
        }

        return kind == SubscriptionKind.Webhook && now - since >= options.DisableAfter ? $"nothing could be delivered since {since:u}: {failure.Message}" : null;
    }
}
