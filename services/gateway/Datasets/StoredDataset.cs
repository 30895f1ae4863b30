using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Gateway.Jobs;

namespace Platform.Gateway.Datasets;

/// <summary>A dataset as it is stored.</summary>
internal sealed record StoredDataset
{
    public int Schema { get; init; } = 1;

    public required string Id { get; init; }

    public required string Owner { get; init; }

    public required string Name { get; init; }

    public AssetState State { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required string Creator { get; init; }

    public string? ProducerJobId { get; init; }

    public string? UploadId { get; init; }

    public string? BlobId { get; init; }

    public string? Sha256 { get; init; }

    public long Size { get; init; }

    public string FileName { get; init; } = "";

    /// <summary><c>hub.v1.TensorSpec</c> in proto3 JSON, in the dataset's order; shape of one sample.</summary>
    public IReadOnlyList<string> Tensors { get; init; } = [];

    public int Samples { get; init; }

    public string? InspectionJobId { get; init; }

    public JobFailure? Failure { get; init; }

    /// <summary>Whether a job has promised it and ended without: it stands in no list.</summary>
    [JsonIgnore]
    public bool IsWithdrawn => State == AssetState.Failed && BlobId is null && ProducerJobId is not null;

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }
}
