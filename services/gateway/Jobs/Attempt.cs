using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Gateway.Jobs;

/// <summary>One try of a job, as it is stored.</summary>
internal sealed record Attempt
{
    public int Schema { get; init; } = 1;

    public required string Id { get; init; }

    public required string Owner { get; init; }

    public required string JobId { get; init; }

    public required long Epoch { get; init; }

    /// <summary>Node or device.</summary>
    public required string Worker { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>running, succeeded, failed, lost, handed back, cancelled, killed.</summary>
    public string Outcome { get; init; } = "running";

    public JobFailure? Failure { get; init; }

    public string? LogBlobId { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }

    public static string IdOf(string jobId, long epoch) => $"{jobId}-{epoch}";
}
