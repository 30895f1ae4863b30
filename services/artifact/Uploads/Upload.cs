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

    /// <summary>What the place of the bytes calls this upload; empty where it needs no name.</summary>
    public string Handle { get; init; } = "";

    /// <summary>Hash of the verified bytes. Once it stands here the upload is decided: it becomes a blob and cannot be given up.</summary>
    public string? Sha256 { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }

    /// <summary>Id of the blob that these bytes become, unless the organization has the same bytes already.</summary>
    [JsonIgnore]
    public string OwnBlobId => BlobIdOf(Id);

    /// <summary>The blob that an upload becomes.</summary>
    public static string BlobIdOf(string uploadId) => "b" + uploadId[1..];

    /// <summary>The upload that a blob was.</summary>
    public static string IdOf(string blobId) => "u" + blobId[1..];

    [JsonIgnore]
    public int PartCount => Size == 0 ? 0 : checked((int)((Size + PartBytes - 1) / PartBytes));

    public long PartLength(int part) => Math.Min(PartBytes, Size - (part * PartBytes));
}
