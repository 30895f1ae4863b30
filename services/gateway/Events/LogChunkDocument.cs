using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Gateway.Events;

/// <summary>A piece of a running attempt's log.</summary>
internal sealed record LogChunkDocument
{
    public int Schema { get; init; } = 1;

    public required string Id { get; init; }

    public required string Owner { get; init; }

    public required string JobId { get; init; }

    public required long Epoch { get; init; }

    /// <summary>Bytes of the log before this piece.</summary>
    public required long Offset { get; init; }

    public required string Text { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }
}
