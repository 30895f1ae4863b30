using Platform.Gateway.Jobs;

namespace Platform.Gateway.Tests.Jobs;

/// <summary>Jobs in every phase, and every event, for the tests of the state machine.</summary>
internal static class JobSamples
{
    public const long Epoch = 3;

    public static DateTimeOffset Now { get; } = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static JobPolicy Policy { get; } = new(
        LargestAttempts: 5, LargestInfrastructureRetries: 3, LargestRestarts: 3,
        LeaseGrace: TimeSpan.FromSeconds(15), Sweep: TimeSpan.FromSeconds(60), LongestSweep: TimeSpan.FromMinutes(10), FirstBackOff: TimeSpan.FromSeconds(10));

    public static JobMachine Machine { get; } = new(Policy);

    public static JobFailure Failure { get; } = new("WORKER_CRASHED", "it fell over", Retried: false, []);

    public static Job New(JobKind kind, Phase phase = Phase.Pending) => new()
    {
        Id = "j1", Owner = "o", Kind = kind, Name = "n", Creator = "c", CreatedAt = Now, Spec = "{}", SpecHash = "h", IdempotencyKey = "j1",
        TargetModelId = kind == JobKind.Compile ? "m1" : null, Phase = phase, NextAt = Now.AddSeconds(30),
    };

    /// <summary>A job as it stands in a phase, with one event on its way to the log.</summary>
    public static Job In(Phase phase, JobKind kind) => New(kind, phase) with
    {
        Ver = 7,
        Epoch = Epoch,
        Attempts = 1,
        QueueDeadline = Now.AddHours(1),
        NextAt = phase.IsTerminal() ? null : Now.AddSeconds(30),
        Lease = phase.IsHeld() ? new JobLease("worker", "boot", Now.AddSeconds(20)) : null,
        StartedAt = phase == Phase.Running ? Now : null,
        EndedAt = phase.IsTerminal() ? Now : null,
        Outcome = phase is Phase.Finalizing or Phase.Success ? new JobOutcome() : null,
        Failure = phase is Phase.Failed or Phase.Cancelled ? Failure : null,
        CleanUp = phase is Phase.Failed or Phase.Cancelled,
        Effects = [new JobEffect(6, 0, "job.state", Now, phase.ToString(), "")],
    };

    public static IReadOnlyDictionary<string, Func<long, DateTimeOffset, JobEvent>> Possible { get; } = new Dictionary<string, Func<long, DateTimeOffset, JobEvent>>
    {
        ["UpstreamSucceeded"] = (_, _) => new JobEvent.UpstreamSucceeded(),
        ["UpstreamEnded"] = (_, _) => new JobEvent.UpstreamEnded(Failure),
        ["Refused"] = (_, _) => new JobEvent.Refused(Failure),
        ["Planned"] = (_, now) => new JobEvent.Planned([new PlannedStep("s", "1")], "s", "key", now.AddHours(1)),
        ["Joined"] = (_, _) => new JobEvent.Joined("j0", "key"),
        ["Parted"] = (_, _) => new JobEvent.Parted(),
        ["ResultFound"] = (_, _) => new JobEvent.ResultFound(new JobOutcome(), [], "key"),
        ["RunRequested"] = (_, now) => new JobEvent.RunRequested(now.AddHours(1)),
        ["Granted"] = (_, now) => new JobEvent.Granted("node", "boot", now.AddSeconds(60)),
        ["DeviceAssigned"] = (epoch, _) => new JobEvent.DeviceAssigned(epoch, "d1", "{}"),
        ["Started"] = (epoch, _) => new JobEvent.Started(epoch),
        ["Renewed"] = (epoch, now) => new JobEvent.Renewed(epoch, now.AddSeconds(60), new JobProgress("at it", 0.5, 1)),
        ["Looked"] = (_, now) => new JobEvent.Looked(now.AddSeconds(5), "NoNode", "nobody has the step"),
        ["AttemptSucceeded"] = (epoch, _) => new JobEvent.AttemptSucceeded(epoch, new JobOutcome()),
        ["AttemptLeftALog"] = (epoch, _) => new JobEvent.AttemptSucceeded(epoch, new JobOutcome { LogBlobId = "b1" }),
        ["FailedNever"] = (epoch, _) => new JobEvent.AttemptFailed(epoch, Failure, RetryClass.Never),
        ["FailedElsewhere"] = (epoch, _) => new JobEvent.AttemptFailed(epoch, Failure, RetryClass.Elsewhere),
        ["FailedOnceLarger"] = (epoch, _) => new JobEvent.AttemptFailed(epoch, Failure, RetryClass.OnceLarger),
        ["FailedOnce"] = (epoch, _) => new JobEvent.AttemptFailed(epoch, Failure, RetryClass.Once),
        ["Died"] = (epoch, _) => new JobEvent.AttemptFailed(epoch, Failure, RetryClass.Once, DiedIn: "s"),
        ["HandedBack"] = (epoch, _) => new JobEvent.HandedBack(epoch),
        ["WorkerRestarted"] = (epoch, _) => new JobEvent.WorkerRestarted(epoch),
        ["Published"] = (_, _) => new JobEvent.Published(),
        ["CancelRequested"] = (_, _) => new JobEvent.CancelRequested("somebody"),
        ["Ticked"] = (_, _) => new JobEvent.Ticked(),
        ["EffectsCarriedOut"] = (_, _) => new JobEvent.EffectsCarriedOut(6, 0),
        ["CleanedUp"] = (_, _) => new JobEvent.CleanedUp(),
        ["Renamed"] = (_, _) => new JobEvent.Renamed("another"),
    };

    /// <summary>Those that carry an epoch.</summary>
    public static IReadOnlySet<string> Fenced { get; } = new HashSet<string>
    {
        "DeviceAssigned", "Started", "Renewed", "AttemptSucceeded", "AttemptLeftALog", "FailedNever", "FailedElsewhere", "FailedOnceLarger", "FailedOnce", "Died", "HandedBack", "WorkerRestarted",
    };
}
