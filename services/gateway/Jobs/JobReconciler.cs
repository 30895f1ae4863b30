using Platform.Gateway.Events;
using Platform.Gateway.Runs;
using Platform.Store;

namespace Platform.Gateway.Jobs;

/// <summary>
/// Brings one job a step further, from what its document says and nothing else. Called for whatever may be due, as often
/// as anyone likes.
/// </summary>
internal sealed class JobReconciler(GatewayStore store, JobWriter writer, EventLog log, JobPlanner planner, JobPublisher publisher, RunLink runs)
{
    public async Task ReconcileAsync(string owner, string id, CancellationToken cancellation)
    {
        if (await writer.FindAsync(owner, id, cancellation) is not { } job)
        {
            return;
        }

        if (!job.Value.Phase.IsTerminal())
        {
            if (await AdvanceAsync(job.Value, cancellation))
            {
                job = await writer.FindAsync(owner, id, cancellation) ?? job;
            }

            job = await writer.ApplyAsync(job, new JobEvent.Ticked(), cancellation) ?? job;
        }

        await CarryOutEffectsAsync(job, cancellation);
        if (job.Value.Phase.IsTerminal())
        {
            await SettleAsync(job.Value, cancellation);
        }
    }

    // False when the job was left as it was read.
    private async Task<bool> AdvanceAsync(Job job, CancellationToken cancellation)
    {
        switch (job.Phase)
        {
            case Phase.Waiting:
                return await WaitForUpstreamAsync(job, cancellation);
            case Phase.Pending:
                await planner.PlanAsync(job, cancellation);
                break;
            case Phase.Finalizing:
                await publisher.PublishAsync(job, cancellation);
                break;
            default:
                if (!job.Kind.IsNodeWork())
                {
                    await runs.ReconcileAsync(job, cancellation);
                }

                break;
        }

        return true;
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

    private async Task CarryOutEffectsAsync(Versioned<Job> job, CancellationToken cancellation)
    {
        var effects = job.Value.Effects;
        if (effects.Count > 0)
        {
            await log.AppendAsync(job.Value, cancellation);
            await writer.ApplyAsync(job, new JobEvent.EffectsCarriedOut(effects[^1].Ver, effects[^1].N), cancellation);
        }
    }

    // What an end means for others: outputs that will never come are withdrawn, those who waited are looked at.
    private async Task SettleAsync(Job job, CancellationToken cancellation)
    {
        if (job.CleanUp)
        {
            await publisher.WithdrawAsync(job, cancellation);
            await runs.CancelAsync(job, cancellation);
            await writer.ApplyAsync(job.Owner, job.Id, new JobEvent.CleanedUp(), cancellation);
        }

        foreach (string index in new[] { "waiting", "shared" })
        {
            var page = await store.Jobs.For(job.Owner).QueryAsync(index, new object[] { job.Id }, new PageRequest(PageRequest.LargestLimit), cancellation);
            foreach (var dependent in page.Items)
            {
                await ReconcileAsync(dependent.Value.Owner, dependent.Value.Id, cancellation);
            }
        }
    }
}
