using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Artifact.Blobs;

/// <summary>States of a committed blob.</summary>
internal enum BlobState
{
    Live,
    Doomed,
    Gone,
}

/// <summary>A blob as it is stored; its key is (organization, sha256, generation).</summary>
internal sealed record Blob
{
    public int Schema { get; init; } = 1;

    public required string Id { get; init; }

    public required string Owner { get; init; }

    public required string Sha256 { get; init; }

    public required int Generation { get; init; }

    public required long Size { get; init; }

    public BlobState State { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }
}
