using Platform.Gateway.Events;

namespace Platform.Gateway.Jobs;

/// <summary>
/// The whole state machine of a job: a pure function from a job, an event and the time to the job afterwards. Null means
/// that the event changes nothing: it is late, doubled, or of an epoch that has passed.
/// </summary>
/// <param name="policy">Numbers it goes by.</param>
internal sealed class JobMachine(JobPolicy policy)
{
    // While the event log is out of reach, progress is not worth a growing document; changes of phase always are.
    private const int LargestBacklog = 16;

    // The second crash spends the one retry of its class.
    private const int LargestDeaths = 2;

    /// <summary>The job after the event, or null when nothing changes.</summary>
    public Job? Apply(Job job, JobEvent happened, DateTimeOffset now)
    {
        var changed = Change(job, happened, now);
#if PLANTED_BUGS
        changed = Planted(job, happened, changed, now);
#endif
        return changed is null ? null : Sealed(job, changed, now);
    }

    // Terminal is final: only its own housekeeping still touches it.
    private Job? Change(Job job, JobEvent happened, DateTimeOffset now) => (job.Phase, happened) switch
    {
        (_, JobEvent.EffectsCarriedOut e) => CarriedOut(job, e),
        (_, JobEvent.Renamed e) => job with { Name = e.Name },
        ({ } phase, JobEvent.CleanedUp) when phase.IsTerminal() && job.CleanUp => job with { CleanUp = false },
        ({ } phase, _) when phase.IsTerminal() => null,

        (_, JobEvent.CancelRequested e) => Cancelled(job, e, now),
        (_, JobEvent.Ticked) => Ticked(job, now),

        (Phase.Waiting, JobEvent.UpstreamSucceeded) => job with { Phase = Phase.Pending, NextAt = now },
        (Phase.Waiting, JobEvent.UpstreamEnded e) => Ended(job, Phase.Failed, now) with { Failure = e.Failure },

        (Phase.Waiting or Phase.Pending or Phase.Queued, JobEvent.Refused e) => Ended(job, Phase.Failed, now) with { Failure = e.Failure },
        (Phase.Pending, JobEvent.Planned e) => Queued(job, e, now),
        (Phase.Pending, JobEvent.Joined e) => job with { SharedWith = e.LeaderId, CacheKey = e.CacheKey, NextAt = now + policy.Sweep },
        (Phase.Pending, JobEvent.Parted) => job with { SharedWith = null, NextAt = now },
        (Phase.Pending, JobEvent.ResultFound e) =>
            job with { Phase = Phase.Finalizing, Outcome = e.Outcome, Steps = e.Steps, CacheKey = e.CacheKey, CacheHit = true, NextAt = now },
        (Phase.Pending, JobEvent.RunRequested e) =>
            job with { Phase = Phase.Queued, Epoch = job.Epoch + 1, QueueDeadline = job.QueueDeadline ?? e.QueueDeadline, NextAt = now },

        (Phase.Queued, JobEvent.Granted e) => Granted(job, e, now),
        (Phase.Queued or Phase.Assigned, JobEvent.DeviceAssigned e) when e.Epoch == job.Epoch && job.Lease is null =>
            job with { Phase = Phase.Assigned, Device = e.Device, Lease = new JobLease(e.DeviceId, "", now + policy.Sweep), Attempts = job.Attempts + 1, NextAt = now + policy.Sweep },
        (Phase.Queued or Phase.Pending, JobEvent.Looked e) => Looked(job, e),

        (Phase.Assigned, JobEvent.Started e) when e.Epoch == job.Epoch => job with { Phase = Phase.Running, StartedAt = now, Lease = job.Lease! with { Turn = e.Turn } },
        ({ } phase, JobEvent.Renewed e) when phase.IsHeld() && e.Epoch == job.Epoch => Renewed(job, e),
        ({ } phase, JobEvent.AttemptSucceeded e) when CanReport(job, phase, e.Epoch) => Succeeded(job, e, now),
        ({ } phase, JobEvent.AttemptFailed e) when CanReport(job, phase, e.Epoch) => AttemptFailed(job, e, now),
        ({ } phase, JobEvent.HandedBack e) when phase.IsHeld() && e.Epoch == job.Epoch => BackToQueue(job, now, TimeSpan.Zero),
        ({ } phase, JobEvent.WorkerRestarted e) when phase.IsHeld() && e.Epoch == job.Epoch => WorkerRestarted(job, now),

        (Phase.Finalizing, JobEvent.Published) => job.Outcome?.Failure is { } failure
            ? Ended(job, Phase.Failed, now) with { Failure = failure, CleanUp = false }
            : Ended(job, Phase.Success, now),
        _ => null,
    };

    // A device run's result may overtake the news that it was assigned: the epoch alone decides.
    private static bool CanReport(Job job, Phase phase, long epoch) =>
        epoch == job.Epoch && (phase.IsHeld() || (phase == Phase.Queued && !job.Kind.IsNodeWork()));

    private static Job Queued(Job job, JobEvent.Planned planned, DateTimeOffset now) => job with
    {
        Phase = Phase.Queued,
        Steps = planned.Steps,
        StepKey = planned.StepKey,
        CacheKey = planned.CacheKey,
        SharedWith = null,
        QueueDeadline = job.QueueDeadline ?? planned.QueueDeadline,
        NextAt = planned.QueueDeadline < now ? now : planned.QueueDeadline,
    };

    private Job? Granted(Job job, JobEvent.Granted grant, DateTimeOffset now) => job.NotBefore > now || !job.Kind.IsNodeWork()
        ? null
        : job with
        {
            Phase = Phase.Assigned,
            Epoch = job.Epoch + 1,
            Attempts = job.Attempts + 1,
            Lease = new JobLease(grant.NodeId, grant.Boot, grant.Until),
            NextAt = grant.Until + policy.LeaseGrace,
            NotBefore = null,
            WaitReason = null,
            WaitMessage = null,
            Progress = null,
        };

    private Job? Renewed(Job job, JobEvent.Renewed renewed)
    {
        var lease = job.Lease! with { ExpiresAt = renewed.Until > job.Lease!.ExpiresAt ? renewed.Until : job.Lease.ExpiresAt };
        var progress = renewed.Progress is { } p && p.Seq > (job.Progress?.Seq ?? 0) ? p : job.Progress;
        return lease == job.Lease && progress == job.Progress
            ? null
            : job with { Lease = lease, Progress = progress, NextAt = lease.ExpiresAt + policy.LeaseGrace };
    }

    private static Job Looked(Job job, JobEvent.Looked looked) =>
        job with { NextAt = looked.NextAt, WaitReason = looked.WaitReason, WaitMessage = looked.WaitMessage };

    private static Job Succeeded(Job job, JobEvent.AttemptSucceeded succeeded, DateTimeOffset now)
    {
        var done = job with { Outcome = succeeded.Outcome, Lease = null, StartedAt = job.StartedAt ?? now };
        return IsAllThereIs(job, succeeded.Outcome) ? Ended(done, Phase.Success, now) : done with { Phase = Phase.Finalizing, NextAt = now };
    }

    // A profile is in its report, which is written before: there is nothing to publish.
    private static bool IsAllThereIs(Job job, JobOutcome outcome) => job.Kind == JobKind.Profile && outcome is { Product: null, LogBlobId: null, Failure: null };

    private Job AttemptFailed(Job job, JobEvent.AttemptFailed failed, DateTimeOffset now)
    {
        bool retried = job.InfrastructureRetries > 0 || job.RetriedOnce;
        var outcome = new JobOutcome { LogBlobId = failed.LogBlobId };
        if (failed.DiedIn is { } step && job.Kind.IsNodeWork() && job.Kind != JobKind.Inspect)
        {
            job = job with { Deaths = [.. job.Deaths, new JobDeath(job.Lease!.Holder, step)] };
            if (job.Deaths.Count >= LargestDeaths)
            {
                return Ended(job, Phase.Failed, now) with { Failure = Poisoned(job, failed.Failure), Outcome = outcome };
            }
        }

        return Retry(job, failed.Retry, now)
            ?? (Ended(job, Phase.Failed, now) with { Failure = failed.Failure with { Retried = retried }, Outcome = outcome });
    }

    private static JobFailure Poisoned(Job job, JobFailure last)
    {
        string nodes = string.Join(" and ", job.Deaths.Select(death => death.Node).Distinct());
        return last with { Code = "POISONED", Retried = true, Message = $"{job.Deaths[^1].Step} died {job.Deaths.Count} times on this input, on {nodes}: {last.Message}; the input is quarantined for it" };
    }

    // A restart is nobody's failure and waits for nobody, but a job under which workers restart again and again is suspect.
    private Job WorkerRestarted(Job job, DateTimeOffset now) => job.Restarts + 1 < policy.LargestRestarts
        ? BackToQueue(job, now, TimeSpan.Zero) with { Restarts = job.Restarts + 1 }
        : Ended(job, Phase.Failed, now) with { Failure = new JobFailure("POISONED", $"workers restarted {policy.LargestRestarts} times while they worked for it", true, []) };

    private Job? Retry(Job job, RetryClass retry, DateTimeOffset now)
    {
        if (job.Attempts >= policy.LargestAttempts)
        {
            return null;
        }

        return retry switch
        {
            RetryClass.Elsewhere when job.InfrastructureRetries < policy.LargestInfrastructureRetries =>
                BackToQueue(job, now, policy.BackOff(job.InfrastructureRetries)) with { InfrastructureRetries = job.InfrastructureRetries + 1 },
            RetryClass.OnceLarger when !job.RetriedOnce => BackToQueue(job, now, TimeSpan.Zero) with { RetriedOnce = true, Larger = true },
            RetryClass.Once when !job.RetriedOnce => BackToQueue(job, now, policy.BackOff(0)) with { RetriedOnce = true },
            _ => null,
        };
    }

    // Node work goes back into the queue; a device run is asked for anew, under a new epoch, which Pending does.
    private static Job BackToQueue(Job job, DateTimeOffset now, TimeSpan wait) => job with
    {
        Phase = job.Kind.IsNodeWork() ? Phase.Queued : Phase.Pending,
        Lease = null,
        Device = null,
        Progress = null,
        StartedAt = null,
        NotBefore = wait > TimeSpan.Zero ? now + wait : null,
        NextAt = now + wait,
    };

    private Job? Ticked(Job job, DateTimeOffset now)
    {
        if (job.Phase is Phase.Queued or Phase.Pending && job.QueueDeadline <= now)
        {
            var failure = new JobFailure("QUEUE_TIMEOUT", $"nobody took the job: {job.WaitMessage ?? "no node or device was free"}", Retried: false, []);
            return Ended(job, Phase.Failed, now) with { Failure = failure };
        }

        if (job.Phase.IsHeld() && job.Kind.IsNodeWork() && job.Lease!.ExpiresAt + policy.LeaseGrace <= now)
        {
            var lost = new JobFailure("WORKER_LOST", $"{job.Lease.Holder} has not been heard of since {job.Lease.ExpiresAt:u}", Retried: false, []);
            return AttemptFailed(job, new JobEvent.AttemptFailed(job.Epoch, lost, RetryClass.Elsewhere), now);
        }

        return job.NextAt <= now ? job with { NextAt = NextLook(job, now) } : null;
    }

    private DateTimeOffset NextLook(Job job, DateTimeOffset now)
    {
        var due = now + (job.Phase == Phase.Queued && !job.Kind.IsNodeWork() ? policy.SweepAfter(now - job.CreatedAt) : policy.Sweep);
        if (job.Phase.IsHeld() && job.Kind.IsNodeWork())
        {
            due = job.Lease!.ExpiresAt + policy.LeaseGrace;
        }

        return job.Phase is Phase.Queued && job.QueueDeadline < due ? job.QueueDeadline.Value : due;
    }

    // A cancelled job has no result, whatever its worker still sends: the phase is final and its outputs are withdrawn.
    private static Job Cancelled(Job job, JobEvent.CancelRequested request, DateTimeOffset now) =>
        Ended(job, Phase.Cancelled, now) with { Failure = new JobFailure("CANCELLED_BY_USER", $"cancelled by {request.By}", Retried: false, []), Outcome = null };

    private static Job Ended(Job job, Phase phase, DateTimeOffset now) => job with
    {
        Phase = phase,
        Lease = null,
        SharedWith = null,
        NotBefore = null,
        EndedAt = now,
        NextAt = null,
        WaitReason = null,
        WaitMessage = null,
        CleanUp = phase != Phase.Success && (job.TargetModelId ?? job.OutputDatasetId ?? job.SubjectId ?? (job.Kind.IsNodeWork() ? null : job.Id)) is not null,
    };

    private static Job? CarriedOut(Job job, JobEvent.EffectsCarriedOut done)
    {
        var left = job.Effects.Where(effect => effect.Ver > done.Ver || (effect.Ver == done.Ver && effect.N > done.N)).ToList();
        return left.Count == job.Effects.Count ? null : job with { Effects = left };
    }

    // What every change has in common: the version rises, and a new phase or progress is an event on its way to the log.
    private static Job Sealed(Job before, Job after, DateTimeOffset now)
    {
        after = after with { Ver = before.Ver + 1 };
        if (after.Phase != before.Phase)
        {
            return WithEffect(after, after.Phase.IsTerminal() ? EventTypes.Ended : EventTypes.State, after.Failure?.Message ?? "", now);
        }

        bool tell = after.Progress is not null && after.Progress != before.Progress && after.Effects.Count < LargestBacklog;
        return tell ? WithEffect(after, EventTypes.Progress, after.Progress!.Message, now) : after;
    }

    private static Job WithEffect(Job job, string type, string message, DateTimeOffset now)
    {
        long ver = job.Ver;
#if PLANTED_BUGS
        ver -= Planting.Planted.IsOn("DUPLICATE_EFFECT_ID") ? 1 : 0;
#endif
        return job with { Effects = [.. job.Effects, new JobEffect(ver, 0, type, now, job.Phase.ToString(), message)] };
    }

#if PLANTED_BUGS
    private Job? Planted(Job job, JobEvent happened, Job? changed, DateTimeOffset now) => happened switch
    {
        JobEvent.AttemptSucceeded e when Planting.Planted.IsOn("FENCE_SKIPPED") => Change(job, e with { Epoch = job.Epoch }, now),
        JobEvent.AttemptFailed e when Planting.Planted.IsOn("FENCE_SKIPPED") => Change(job, e with { Epoch = job.Epoch }, now),
        JobEvent.HandedBack e when Planting.Planted.IsOn("FENCE_SKIPPED") => Change(job, e with { Epoch = job.Epoch }, now),
        JobEvent.AttemptSucceeded e when Planting.Planted.IsOn("TERMINAL_OVERWRITTEN") && job.Phase.IsTerminal() => Succeeded(job, e, now),
        JobEvent.CancelRequested when Planting.Planted.IsOn("CANCEL_LOST_FINALIZING") && job.Phase == Phase.Finalizing => null,
        JobEvent.Renewed when Planting.Planted.IsOn("NEXTAT_NULL") => changed is null ? null : changed with { NextAt = null },
        _ when Planting.Planted.IsOn("EPOCH_RESET") && job.Phase.IsHeld() && changed?.Phase is Phase.Queued or Phase.Pending => changed with { Epoch = 0 },
        _ => changed,
    };
#endif
}
