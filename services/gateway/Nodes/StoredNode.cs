using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Gateway.Nodes;

/// <summary>A build node as it was last heard of; all gateways see the same list.</summary>
internal sealed record StoredNode
{
    public const string SystemOwner = "system";

    public int Schema { get; init; } = 1;

    public required string Id { get; init; }

    public string Owner { get; init; } = SystemOwner;

    public required string Name { get; init; }

    public required string Boot { get; init; }

    public required DateTimeOffset SeenAt { get; init; }

    public int Slots { get; init; }

    public int Busy { get; init; }

    public bool Draining { get; init; }

    public string Sandbox { get; init; } = "";

    /// <summary>Set while an operator keeps new work away: <c>hub.v1.DrainFlag</c> in proto3 JSON.</summary>
    public string? Drain { get; init; }

    /// <summary>Whether it takes new work.</summary>
    [JsonIgnore]
    public bool TakesWork => !Draining && Drain is null;

    /// <summary><c>node.v1.Tool</c> in proto3 JSON.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }
}
