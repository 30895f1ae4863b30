using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Gateway.Events;

/// <summary>An entry of an organization's event log: numbered without gaps, unique on (job, version, number).</summary>
internal sealed record LoggedEvent
{
    public int Schema { get; init; } = 1;

    public required string Id { get; init; }

    public required string Owner { get; init; }

    public required long Seq { get; init; }

    public required string JobId { get; init; }

    public required long Ver { get; init; }

    public required int N { get; init; }

    public required string Type { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Kind { get; init; }

    public required string Phase { get; init; }

    public required string Message { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }
}
