using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.DeviceBroker.Hosts;

/// <summary>A farm host as it was last heard of.</summary>
internal sealed record StoredHost
{
    public const string SystemOwner = "system";

    public int Schema { get; init; } = 1;

    public required string Id { get; init; }

    public string Owner { get; init; } = SystemOwner;

    public required string Name { get; init; }

    public required string Boot { get; init; }

    public required DateTimeOffset SeenAt { get; init; }

    public string Sandbox { get; init; } = "";

    public bool Draining { get; init; }

    /// <summary>Set while an operator keeps new runs away from its devices.</summary>
    public OperatorFlag? Drain { get; init; }

    /// <summary><c>broker.v1.HostTool</c> in proto3 JSON.</summary>
    public IReadOnlyList<string> Tools { get; init; } = [];

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }
}
