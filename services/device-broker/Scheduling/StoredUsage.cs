using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.DeviceBroker.Scheduling;

/// <summary>Device time that an organization has used, as all brokers see it; its id is the organization's.</summary>
internal sealed record StoredUsage
{
    public int Schema { get; init; } = 1;

    public required string Id { get; init; }

    public required string Owner { get; init; }

    /// <summary>Seconds, faded to <see cref="At"/>.</summary>
    public required double Seconds { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Seconds that its runs hold a device, on the average of the last ones.</summary>
    public double? RunSeconds { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }
}
