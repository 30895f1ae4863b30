using Platform.Gateway.Audit;
using Platform.Gateway.Events;
using Platform.Gateway.Runs;
using Platform.Store;

namespace Platform.Gateway.Jobs;

/// <summary>
/// Brings one job a step further, from what its document says and nothing else. Called for whatever may be due, as often
/// as anyone likes.
/// </summary>
internal sealed class JobReconciler(GatewayStore store, JobWriter writer, EventLog log, AuditLog audit, JobPlanner planner, JobPublisher publisher, RunLink runs)
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

        }

        job = await CarryOutEffectsAsync(job, cancellation);
        if (job.Value.Phase.IsTerminal() && job.Value.Effects.Count == 0)
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

    // What the clock brings is written together with it; effects of that are due at once and found by the bell of this write.
    private async Task<Versioned<Job>> CarryOutEffectsAsync(Versioned<Job> job, CancellationToken cancellation)
    {
        if (job.Value.Effects is not [.., var last])
        {
            return await writer.ApplyAsync(job, new JobEvent.Ticked(), cancellation) ?? job;
        }

        await Task.WhenAll(log.AppendAsync(job.Value, cancellation), audit.AppendAsync(job.Value, cancellation));
        return await writer.ApplyAsync(job, [new JobEvent.Ticked(), new JobEvent.EffectsCarriedOut(last.Ver, last.N)], cancellation) ?? job;
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
