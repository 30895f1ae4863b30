using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Gateway.Jobs;

namespace Platform.Gateway.Models;

/// <summary>A model as it is stored.</summary>
internal sealed record StoredModel
{
    public int Schema { get; init; } = 1;

    public required string Id { get; init; }

    public required string Owner { get; init; }

    public required string Name { get; init; }

    /// <summary>Name of <c>hub.v1.ModelType</c>.</summary>
    public required string ModelType { get; init; }

    public AssetState State { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string Creator { get; init; }

    /// <summary>The job that made it or will make it.</summary>
    public string? ProducerJobId { get; init; }

    public string? UploadId { get; init; }

    public string? BlobId { get; init; }

    public string? Sha256 { get; init; }

    public long Size { get; init; }

    public string FileName { get; init; } = "";

    /// <summary><c>hub.v1.TensorSpec</c> in proto3 JSON.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    public IReadOnlyList<string> Outputs { get; init; } = [];

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    public string? InspectionJobId { get; init; }

    public JobFailure? Failure { get; init; }

    /// <summary>Whether a job has promised it and ended without: it stands in no list.</summary>
    [JsonIgnore]
    public bool IsWithdrawn => State == AssetState.Failed && BlobId is null && ProducerJobId is not null;

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }
}
