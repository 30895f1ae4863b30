using Platform.Gateway.Audit;
using Platform.Gateway.Events;
using Platform.Gateway.Quarantine;
using Platform.Gateway.Runs;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.Gateway.Jobs;

/// <summary>
/// Brings one job a step further, from what its document says and nothing else. Called for whatever may be due, as often
/// as anyone likes.
/// </summary>
internal sealed class JobReconciler(GatewayStore store, JobWriter writer, EventLog log, AuditLog audit, JobPlanner planner, JobPublisher publisher, QuarantineService quarantine, RunLink runs, TimeProvider clock)
{
    /// <summary>The same at once for a caller who waits for it, whoever else may be at it.</summary>
    public async Task ReconcileAsync(string owner, string id, CancellationToken cancellation)
    {
        if (await writer.FindAsync(owner, id, cancellation) is { } job)
        {
            await ReconcileAsync(job, cancellation);
        }
    }

    /// <summary>The same for a job that was just read or written.</summary>
    /// <returns>The version up to which nothing is left to do now, or <see cref="DueJobs.Unfinished"/>.</returns>
    public async Task<long> ReconcileAsync(Versioned<Job> job, CancellationToken cancellation)
    {
        var phase = job.Value.Phase;
        job = await AdvanceAsync(job, cancellation);
        job = await WithRunAsync(job, isNew: phase == Phase.Pending || job.Version == 1, cancellation);

        // A phase that came last, of which this pass has done nothing yet: the job stays due.
        bool isLeft = job.Value.Phase != phase && job.Value.Phase is Phase.Pending or Phase.Finalizing;
        job = isLeft ? await PayAsync(job, cancellation) : await CarryOutEffectsAsync(job, cancellation);
        if (job.Value.Phase.IsTerminal() && job.Value.Effects.Count == 0)
        {
            job = await SettleAsync(job, cancellation);
        }

        return isLeft ? DueJobs.Unfinished : job.Version;
    }

    private async Task<Versioned<Job>> AdvanceAsync(Versioned<Job> job, CancellationToken cancellation)
    {
        var advanced = job.Value.Phase switch
        {
            Phase.Pending => await planner.PlanAsync(job, cancellation),
            Phase.Finalizing => await publisher.PublishAsync(job, cancellation),
            Phase.Waiting when await WaitForUpstreamAsync(job.Value, cancellation) => null,
            _ => job,
        };
        return advanced ?? await writer.FindAsync(job.Value.Owner, job.Value.Id, cancellation) ?? job;
    }

    // The broker tells how a run goes; it is asked when the job is due: to make the run, and from time to time whether its word was lost.
    private async Task<Versioned<Job>> WithRunAsync(Versioned<Job> job, bool isNew, CancellationToken cancellation)
    {
        if (job.Value.Kind.IsNodeWork() || !(job.Value.Phase == Phase.Queued || job.Value.Phase.IsHeld()) || !(job.Value.NextAt <= clock.GetUtcNow()))
        {
            return job;
        }

        try
        {
            if (!await runs.ReconcileAsync(job.Value, isNew, cancellation))
            {
                return job;
            }
        }
        catch (FailureException refused)
        {
            return await writer.ApplyAsync(job, new JobEvent.Refused(RunMapping.ToJobFailure(refused.Failure)), cancellation) ?? job;
        }
        catch
        {
            // Without a broker the job stays due, and what it owes is paid all the same.
            await PayAsync(job, cancellation);
            throw;
        }

        return await writer.FindAsync(job.Value.Owner, job.Value.Id, cancellation) ?? job;
    }

    private async Task<bool> WaitForUpstreamAsync(Job job, CancellationToken cancellation)
    {
        bool all = true;
        foreach (string id in job.Upstream)
        {
            var upstream = await writer.GetAsync(job.Owner, id, cancellation);
            if (upstream is null || upstream.Phase is Phase.Failed or Phase.Cancelled)
            {
                string why = upstream?.Failure?.Message ?? "it was deleted";
                await writer.ApplyAsync(job.Owner, job.Id, new JobEvent.UpstreamEnded(new JobFailure("UPSTREAM_FAILED", $"job {id}, whose output this job needs, gave none: {why}", false, [])), cancellation);
                return true;
            }

            all &= upstream.Phase == Phase.Success;
        }

        if (all)
        {
            await writer.ApplyAsync(job.Owner, job.Id, new JobEvent.UpstreamSucceeded(), cancellation);
        }

        return all;
    }

    // What the clock brings is written together with it; effects of that are due at once and found by the bell of this write.
    private async Task<Versioned<Job>> CarryOutEffectsAsync(Versioned<Job> job, CancellationToken cancellation) => job.Value.Effects.Count == 0
        ? await writer.ApplyAsync(job, new JobEvent.Ticked(), cancellation) ?? job
        : await PayAsync(job, cancellation, new JobEvent.Ticked());

    private async Task<Versioned<Job>> PayAsync(Versioned<Job> job, CancellationToken cancellation, params JobEvent[] before)
    {
        if (job.Value.Effects is not [.., var last])
        {
            return job;
        }

        await Task.WhenAll(log.AppendAsync(job.Value, cancellation), audit.AppendAsync(job.Value, cancellation));
        return await writer.ApplyAsync(job, [.. before, new JobEvent.EffectsCarriedOut(last.Ver, last.N)], cancellation) ?? job;
    }

    // What an end means for others: outputs that will never come are withdrawn, those who waited are looked at.
    private async Task<Versioned<Job>> SettleAsync(Versioned<Job> read, CancellationToken cancellation)
    {
        var job = read.Value;
        if (job.CleanUp)
        {
            await quarantine.AddAsync(job, cancellation);
            await publisher.WithdrawAsync(job, cancellation);
            await runs.CancelAsync(job, cancellation);
            read = await writer.ApplyAsync(read, new JobEvent.CleanedUp(), cancellation) ?? read;
        }

        foreach (string index in DependentsOf(job))
        {
            var page = await store.Jobs.For(job.Owner).QueryAsync(index, new object[] { job.Id }, new PageRequest(PageRequest.LargestLimit), cancellation);
            foreach (var dependent in page.Items)
            {
                await ReconcileAsync(dependent, cancellation);
            }
        }

        return read;
    }

    // Only outputs are waited for, and only runs on build nodes are shared.
    private static IEnumerable<string> DependentsOf(Job job)
    {
        if ((job.TargetModelId ?? job.OutputDatasetId ?? job.SubjectId) is not null)
        {
            yield return "waiting";
        }

        if (job.Kind.IsNodeWork())
        {
            yield return "shared";
        }
    }
}
