using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Gateway.Jobs;

namespace Platform.Gateway.Quarantine;

/// <summary>What is not run any more on one file of an organization, however often the file is uploaded.</summary>
internal sealed record StoredQuarantine
{
    public int Schema { get; init; } = 1;

    public required string Id { get; init; }

    public required string Owner { get; init; }

    public IReadOnlyList<QuarantinedPath> Paths { get; init; } = [];

    [JsonIgnore]
    public IEnumerable<QuarantinedPath> InForce => Paths.Where(path => path.LiftedAt is null);

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }

    public static string IdOf(string owner, string sha256) => $"{owner}.{sha256}";
}

/// <summary>Steps whose programs died on a file.</summary>
/// <param name="Steps">The path up to the step that died.</param>
/// <param name="Others">Hashes of the files that were linked with it, in order.</param>
/// <param name="JobId">The job that found it. It is written down once for each: what was lifted stays lifted.</param>
/// <param name="Message">The job's failure.</param>
/// <param name="Since">When the job ended.</param>
/// <param name="LiftedAt">When it was lifted.</param>
/// <param name="LiftedBy">By whom.</param>
internal sealed record QuarantinedPath(
    IReadOnlyList<PlannedStep> Steps, IReadOnlyList<string> Others, string JobId, string Message, DateTimeOffset Since, DateTimeOffset? LiftedAt = null, string? LiftedBy = null)
{
    /// <summary>Whether a path begins with these steps, in these versions, on the same files.</summary>
    public bool Begins(IReadOnlyList<PlannedStep> path, IReadOnlyList<string> others) => Steps.SequenceEqual(path.Take(Steps.Count)) && Others.SequenceEqual(others);
}
