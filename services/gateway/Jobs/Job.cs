using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Gateway.Jobs;

/// <summary>A job as it is stored and as the engine sees it. Changed only by <see cref="JobMachine.Apply"/>.</summary>
internal sealed record Job
{
    public int Schema { get; init; } = 1;

    public required string Id { get; init; }

    public required string Owner { get; init; }

    public required JobKind Kind { get; init; }

    public required string Name { get; init; }

    public required string Creator { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The request as it was accepted: <c>hub.v1.JobSpec</c> (or the inspection's input) in proto3 JSON; never changed.</summary>
    public required string Spec { get; init; }

    /// <summary>SHA-256 of the spec: tells whether an idempotency key comes back with another request.</summary>
    public required string SpecHash { get; init; }

    /// <summary>The client's key, or the job's id: a unique key is always set.</summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>Rises with every applied event, of which a write may hold several.</summary>
    public long Ver { get; init; } = 1;

    public Phase Phase { get; init; } = Phase.Pending;

    /// <summary>Rises with every grant and never falls.</summary>
    public long Epoch { get; init; }

    /// <summary>Jobs whose outputs it needs and which had not ended when it was submitted.</summary>
    public IReadOnlyList<string> Upstream { get; init; } = [];

    /// <summary>Chips that a QNN product is for, as the submission resolved its devices.</summary>
    public IReadOnlyList<int> Socs { get; init; } = [];

    public string? TargetModelId { get; init; }

    public string? OutputDatasetId { get; init; }

    /// <summary>The model or dataset that an inspection is about.</summary>
    public string? SubjectId { get; init; }

    public IReadOnlyList<PlannedStep> Steps { get; init; } = [];

    /// <summary>Names of the steps that a node must have, joined; the queue of build work is ordered by it.</summary>
    public string? StepKey { get; init; }

    public string? CacheKey { get; init; }

    public bool BypassCache { get; init; }

    public bool CacheHit { get; init; }

    /// <summary>The equal job whose run this one shares.</summary>
    public string? SharedWith { get; init; }

    public JobLease? Lease { get; init; }

    public int Attempts { get; init; }

    public int InfrastructureRetries { get; init; }

    /// <summary>How often a worker restarted under it.</summary>
    public int Restarts { get; init; }

    /// <summary>Programs that died of a signal while they worked for it.</summary>
    public IReadOnlyList<JobDeath> Deaths { get; init; } = [];

    /// <summary>Whether the one retry of its failure class has been used.</summary>
    public bool RetriedOnce { get; init; }

    /// <summary>Whether the attempt after an out-of-memory has more memory.</summary>
    public bool Larger { get; init; }

    /// <summary>When the reconciler has to look at it; never null before the end.</summary>
    public DateTimeOffset? NextAt { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    public DateTimeOffset? QueueDeadline { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public JobProgress? Progress { get; init; }

    /// <summary>What the last attempt produced; visible to nobody before the job has ended.</summary>
    public JobOutcome? Outcome { get; init; }

    public JobFailure? Failure { get; init; }

    /// <summary>Device that runs it, <c>hub.v1.Device</c> in proto3 JSON.</summary>
    public string? Device { get; init; }

    /// <summary>Sentences that the user should see, known since the submission.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public string? WaitReason { get; init; }

    public string? WaitMessage { get; init; }

    /// <summary>Events that have not reached the event log yet.</summary>
    public IReadOnlyList<JobEffect> Effects { get; init; } = [];

    /// <summary>Whether reserved outputs still have to be withdrawn after a failure or cancellation.</summary>
    public bool CleanUp { get; init; }

    public string? TraceParent { get; init; }

    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; init; }

    public bool HasDiedOn(string node) => Deaths.Any(death => death.Node == node);
}

/// <summary>A step of the planned path.</summary>
internal sealed record PlannedStep(string Name, string Version);

/// <summary>A program that died of a signal.</summary>
/// <param name="Node">Where.</param>
/// <param name="Step">The step that it was, the last one if it was several.</param>
internal sealed record JobDeath(string Node, string Step);

/// <summary>Who works for a job, until when.</summary>
/// <param name="Holder">Node or device.</param>
/// <param name="Boot">Start of the holder: a restarted one holds nothing.</param>
/// <param name="ExpiresAt">When it lapses unless it is renewed.</param>
/// <param name="Turn">The holder's call that first said that it is at it: what an earlier call does not say means nothing.</param>
internal sealed record JobLease(string Holder, string Boot, DateTimeOffset ExpiresAt, uint Turn = 0);

/// <summary>How far an attempt is.</summary>
internal sealed record JobProgress(string Message, double Fraction, long Seq);

/// <summary>What an attempt produced: bytes are in the artifact service, under a lease until the outputs are published.</summary>
internal sealed record JobOutcome
{
    public JobOutput? Product { get; init; }

    /// <summary>Id of the stored report or profile: too large for this document.</summary>
    public string? ReportId { get; init; }

    /// <summary><c>hub.v1.TensorSpec</c> lists in proto3 JSON.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    public IReadOnlyList<string> Outputs { get; init; } = [];

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    public string? ModelType { get; init; }

    public int Samples { get; init; }

    /// <summary>Sentences the user should see though it succeeded.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    public string? LogBlobId { get; init; }

    /// <summary>Set when the product exists but the job fails all the same (parity).</summary>
    public JobFailure? Failure { get; init; }
}

/// <summary>A file that an attempt uploaded.</summary>
internal sealed record JobOutput(string BlobId, string Sha256, long Size, string FileName);

/// <summary>Why a job failed.</summary>
/// <param name="Code">Name of <c>hub.v1.FailureCode</c>.</param>
/// <param name="Message">A sentence for the user.</param>
/// <param name="Retried">Whether the hub tried again before it gave up.</param>
/// <param name="Details">Causes, <c>hub.v1.FailureDetail</c> in proto3 JSON.</param>
internal sealed record JobFailure(string Code, string Message, bool Retried, IReadOnlyList<string> Details);

/// <summary>An event on its way to the organization's event log, and to the audit log where a call is named.</summary>
internal sealed record JobEffect(long Ver, int N, string Type, DateTimeOffset At, string Phase, string Message, JobCall? Call = null);

/// <summary>The call that made a job.</summary>
internal sealed record JobCall(string TokenId, string TokenName, string Method);
