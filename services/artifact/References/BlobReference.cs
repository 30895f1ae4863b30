using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Artifact.References;

/// <summary>Someone needs a blob: what keeps its bytes alive.</summary>
internal sealed record BlobReference
{
    public int Schema { get; init; } = 1;

    public required string Id { get; init; }

    public required string Owner { get; init; }

    public required string BlobId { get; init; }

    public required string OwnerKind { get; init; }

    public required string OwnerId { get; init; }

    /// <summary>When it lapses; null once its owner has been written.</summary>
    public DateTimeOffset? LeaseExpiresAt { get; init; }

    /// <summary>Which addition it comes from: after a removal another one begins.</summary>
    public string LeaseId { get; init; } = "";

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }

    public static string IdOf(string blobId, string ownerKind, string ownerId) => $"{blobId}.{ownerKind}.{ownerId}";
}
