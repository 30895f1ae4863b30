using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Gateway.Audit;

/// <summary>A call that may have changed something. Never holds what was sent or answered, only whom and what it was about.</summary>
internal sealed record StoredAudit
{
    /// <summary>The outcome of a call that has not ended, or during which the hub died.</summary>
    public const string Started = "STARTED";

    public int Schema { get; init; } = 1;

    public required string Id { get; init; }

    /// <summary>Organization of the caller.</summary>
    public required string Owner { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string TokenId { get; init; }

    public required string TokenName { get; init; }

    /// <summary>Name of the method.</summary>
    public required string Method { get; init; }

    /// <summary>Id of what the call is about, or of what it made.</summary>
    public string Target { get; init; } = "";

    /// <summary><see cref="Started"/>, OK, or a failure code.</summary>
    public string Outcome { get; init; } = Started;

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }
}
