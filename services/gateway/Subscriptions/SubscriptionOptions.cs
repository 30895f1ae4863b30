namespace Platform.Gateway.Subscriptions;

/// <summary>How events are delivered (configuration section <c>Subscriptions</c>).</summary>
internal sealed class SubscriptionOptions
{
    /// <summary>How long a gateway that delivers is left alone after its last step: longer than a delivery may take.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Wait after the first failed delivery; doubles with each, give or take a random part.</summary>
    public TimeSpan FirstBackOff { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait between two tries.</summary>
    public TimeSpan LongestBackOff { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Longest wait before RabbitMQ is tried again.</summary>
    public TimeSpan LongestExchangeBackOff { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A webhook to which nothing could be delivered for so long is disabled.</summary>
    public TimeSpan DisableAfter { get; set; } = TimeSpan.FromDays(5);
}
