namespace Platform.Gateway.Jobs;

/// <summary>Everything that can happen to a job. Names are past tense: they are facts, and the machine decides what follows.</summary>
internal abstract record JobEvent
{
    private JobEvent()
    {
    }

    /// <summary>All jobs it waited for have succeeded.</summary>
    public sealed record UpstreamSucceeded : JobEvent;

    /// <summary>A job it waited for ended without the output.</summary>
    public sealed record UpstreamEnded(JobFailure Failure) : JobEvent;

    /// <summary>Planning found that it cannot be done.</summary>
    public sealed record Refused(JobFailure Failure) : JobEvent;

    /// <summary>Build work was planned.</summary>
    public sealed record Planned(IReadOnlyList<PlannedStep> Steps, string StepKey, string? CacheKey, DateTimeOffset QueueDeadline) : JobEvent;

    /// <summary>An equal job is in flight: share its run.</summary>
    public sealed record Joined(string LeaderId, string CacheKey) : JobEvent;

    /// <summary>The shared run ended without a result that can be shared: go on alone.</summary>
    public sealed record Parted : JobEvent;

    /// <summary>The result is known already: from the cache, or from the shared run.</summary>
    public sealed record ResultFound(JobOutcome Outcome, IReadOnlyList<PlannedStep> Steps, string CacheKey) : JobEvent;

    /// <summary>A run is asked of the device broker, under a new epoch.</summary>
    public sealed record RunRequested(DateTimeOffset QueueDeadline) : JobEvent;

    /// <summary>A node was told to do it, under a new epoch.</summary>
    public sealed record Granted(string NodeId, string Boot, DateTimeOffset Until) : JobEvent;

    /// <summary>The broker gave it a device.</summary>
    public sealed record DeviceAssigned(long Epoch, string DeviceId, string Device) : JobEvent;

    /// <summary>The worker says that it is at it.</summary>
    public sealed record Started(long Epoch, uint Turn = 0) : JobEvent;

    /// <summary>The worker is still at it.</summary>
    public sealed record Renewed(long Epoch, DateTimeOffset Until, JobProgress? Progress) : JobEvent;

    /// <summary>Nothing new about a queued run, but the reconciler looked.</summary>
    public sealed record Looked(DateTimeOffset NextAt, string? WaitReason, string? WaitMessage) : JobEvent;

    /// <summary>The attempt produced its outputs.</summary>
    public sealed record AttemptSucceeded(long Epoch, JobOutcome Outcome) : JobEvent;

    /// <summary>The attempt failed; <paramref name="Retry"/> is the catalogue's class, <paramref name="DiedIn"/> the step whose program died of a signal.</summary>
    public sealed record AttemptFailed(long Epoch, JobFailure Failure, RetryClass Retry, string? LogBlobId = null, string? DiedIn = null) : JobEvent;

    /// <summary>The worker gives it back unharmed: it shuts down.</summary>
    public sealed record HandedBack(long Epoch) : JobEvent;

    /// <summary>The worker came back after a restart and knows nothing of it.</summary>
    public sealed record WorkerRestarted(long Epoch) : JobEvent;

    /// <summary>The outputs are published.</summary>
    public sealed record Published : JobEvent;

    /// <summary>Somebody asked for its end.</summary>
    public sealed record CancelRequested(string By) : JobEvent;

    /// <summary>Time passed: leases, deadlines and waits are looked at.</summary>
    public sealed record Ticked : JobEvent;

    /// <summary>Effects up to and including this one are in the event log.</summary>
    public sealed record EffectsCarriedOut(long Ver, int N) : JobEvent;

    /// <summary>The reserved outputs of a job without a result are withdrawn.</summary>
    public sealed record CleanedUp : JobEvent;

    /// <summary>Its name changed.</summary>
    public sealed record Renamed(string Name) : JobEvent;
}

/// <summary>What a failure means for the next attempt (reliability: failure classes).</summary>
internal enum RetryClass
{
    /// <summary>The same will happen again: never.</summary>
    Never,

    /// <summary>The worker or its surroundings: up to the limit, with back-off, elsewhere first.</summary>
    Elsewhere,

    /// <summary>It ran out of memory or time: once, with more.</summary>
    OnceLarger,

    /// <summary>A crash: once.</summary>
    Once,
}
