using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Artifact.Uploads;

/// <summary>States of an upload.</summary>
internal enum UploadState
{
    Open,
    Verifying,
    Committed,
    Aborted,
}

/// <summary>An upload as it is stored.</summary>
internal sealed record Upload
{
    public int Schema { get; init; } = 1;

    public required string Id { get; init; }

    public required string Owner { get; init; }

    public required long Size { get; init; }

    public required long PartBytes { get; init; }

    public required string Purpose { get; init; }

    public UploadState State { get; init; }

    /// <summary>Parts whose bytes are safely on disk, in no order.</summary>
    public IReadOnlyList<int> Parts { get; init; } = [];

    public string? BlobId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }

    [JsonIgnore]
    public int PartCount => Size == 0 ? 0 : checked((int)((Size + PartBytes - 1) / PartBytes));

    public long PartLength(int part) => Math.Min(PartBytes, Size - (part * PartBytes));
}
