using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Artifact.Signing;

/// <summary>The secret that signs addresses; made once, shared by all instances through the store.</summary>
internal sealed record SigningKey
{
    public int Schema { get; init; } = 1;

    public required string Id { get; init; }

    /// <summary>The installation itself.</summary>
    public string Owner { get; init; } = SystemOwner;

    public required byte[] Secret { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }

    public const string SystemOwner = "system";
}
