using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Gateway.Jobs;

/// <summary>One try of a job, as it is stored.</summary>
internal sealed record Attempt
{
    private const string Running = "running";

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
    public string Outcome { get; init; } = Running;

    public JobFailure? Failure { get; init; }

    public string? LogBlobId { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }

    public static string IdOf(string jobId, long epoch) => $"{jobId}-{epoch}";

    /// <summary>
    /// The attempt as its job tells of it. The two are written one after the other, and an attempt whose worker fell silent is ended by the
    /// job alone: what is "running" here runs only while the job says so.
    /// </summary>
    public Attempt SeenFrom(Job job)
    {
        if (Outcome != Running || (job.Phase.IsHeld() && job.Epoch == Epoch))
        {
            return this;
        }

        return job.Epoch == Epoch && job.Phase is not (Phase.Pending or Phase.Queued)
            ? this with { EndedAt = job.EndedAt, Failure = job.Failure, Outcome = OutcomeOf(job) }
            : this with { Outcome = "lost" };
    }

    private static string OutcomeOf(Job job) => job.Phase switch
    {
        Phase.Cancelled => "cancelled",
        Phase.Failed when job.Failure?.Code == "WORKER_LOST" => "lost",
        Phase.Failed when job.Outcome?.Product is null => "failed",
        _ => "succeeded",
    };
}
