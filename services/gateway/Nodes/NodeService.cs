using Microsoft.Extensions.Options;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Node.V1;
using Platform.Gateway.Jobs;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.Gateway.Nodes;

/// <summary>Compares what a node says it is doing with what the jobs say it should be doing (architecture L5).</summary>
internal sealed class NodeService(
    GatewayStore store, JobWriter writer, NodeRegistry nodes, CompileQueue queue, AssignmentBuilder assignments, IOptions<GatewayOptions> options, TimeProvider clock)
{
    public async Task<SynchronizeResponse> SynchronizeAsync(SynchronizeRequest request, CancellationToken cancellation)
    {
        var (drained, lastBoot) = await nodes.SeenAsync(request, cancellation);
        var response = new SynchronizeResponse { NextCallSeconds = options.Value.Heartbeat.TotalSeconds, SelfFenceSeconds = options.Value.SelfFence.TotalSeconds };
        if (lastBoot != request.BootId)
        {
            response.LastBoot = lastBoot;
            return response;
        }

        foreach (var work in request.Running)
        {
            await RenewAsync(request, work, response, cancellation);
        }

        await SettleForgottenAsync(request, response, cancellation);
        int free = drained || request.Draining ? 0 : request.FreeSlots - response.Start.Count;
        if (free > 0)
        {
            await GrantAsync(request, free, response, cancellation);
        }

        return response;
    }

    /// <summary>The job that a node works for under an epoch.</summary>
    /// <exception cref="FailureException">NOT_YOURS when the epoch has passed: stop and forget.</exception>
    public async Task<Job> RequireHeldAsync(string jobId, long epoch, CancellationToken cancellation)
    {
        var job = await FindAsync(jobId, cancellation);
#if PLANTED_BUGS
        epoch = Planting.Planted.IsOn("FENCE_SKIPPED") ? job?.Epoch ?? epoch : epoch;
#endif
        return job is not null && job.Phase.IsHeld() && job.Epoch == epoch
            ? job
            : throw new FailureException(FailureCode.NotYours, $"job {jobId} is not held under epoch {epoch} any more");
    }

    public async Task<Job?> FindAsync(string jobId, CancellationToken cancellation) =>
        (await store.Jobs.AsSystem().FindAsync(jobId, cancellation))?.Value;

    private async Task RenewAsync(SynchronizeRequest request, Work work, SynchronizeResponse response, CancellationToken cancellation)
    {
        var key = new WorkKey { JobId = work.JobId, Epoch = work.Epoch };
        var job = await FindAsync(work.JobId, cancellation);
        if (job is null || !job.Phase.IsHeld() || job.Epoch != work.Epoch || job.Lease?.Holder != request.NodeId)
        {
            response.Stop.Add(key);
            return;
        }

        response.Keep.Add(key);
        if (job.Phase == Phase.Assigned)
        {
            await writer.ApplyAsync(job.Owner, job.Id, new JobEvent.Started(work.Epoch, request.Turn), cancellation);
        }

        var progress = work.Progress is null ? null : new JobProgress(work.Progress.Message, work.Progress.Fraction, work.ProgressSeq);
        bool fresh = job.Lease.ExpiresAt - clock.GetUtcNow() > options.Value.Lease * (2.0 / 3);
        if (!fresh || (progress is not null && progress.Seq > (job.Progress?.Seq ?? 0)))
        {
            await writer.ApplyAsync(job.Owner, job.Id, new JobEvent.Renewed(work.Epoch, clock.GetUtcNow() + options.Value.Lease, progress), cancellation);
        }
    }

    // Jobs that name this node, but of which it says nothing: granted in an answer that was lost, or before a restart.
    private async Task SettleForgottenAsync(SynchronizeRequest request, SynchronizeResponse response, CancellationToken cancellation)
    {
        var known = request.Running.Select(work => (work.JobId, (long)work.Epoch)).ToHashSet();
        var held = await store.Jobs.AsSystem().QueryAsync("held", new object[] { request.NodeId }, new PageRequest(PageRequest.LargestLimit), cancellation);
        foreach (var job in held.Items.Select(item => item.Value).Where(job => !known.Contains((job.Id, job.Epoch))))
        {
            if (job.Lease!.Boot != request.BootId)
            {
                if (await nodes.LastBootAsync(request.NodeId, cancellation) != request.BootId)
                {
                    // It has started again while this call was served, and the job was given to that start.
                    return;
                }

                await writer.ApplyAsync(job.Owner, job.Id, new JobEvent.WorkerRestarted(job.Epoch), cancellation);
            }
            else if (job.Phase == Phase.Assigned)
            {
                if (CanBegin(job))
                {
                    response.Start.Add(await assignments.BuildAsync(job, cancellation));
                }
            }
            else if (request.Turn >= job.Lease.Turn)
            {
                var lost = new JobFailure("WORKER_LOST", $"{request.Name} lost it", false, []);
                await writer.ApplyAsync(job.Owner, job.Id, new JobEvent.AttemptFailed(job.Epoch, lost, RetryClass.Elsewhere), cancellation);
            }
        }
    }

    // Whoever begins may be at it until its fence; a lease that lapses before that is left to lapse, so that no other begins meanwhile.
    private bool CanBegin(Job assigned) => assigned.Lease!.ExpiresAt - clock.GetUtcNow() > options.Value.Lease / 2;

    private async Task GrantAsync(SynchronizeRequest request, int free, SynchronizeResponse response, CancellationToken cancellation)
    {
        foreach (var job in await queue.PickAsync(request.NodeId, request.Tools, free, cancellation))
        {
            var granted = await writer.ApplyAsync(job.Owner, job.Id, new JobEvent.Granted(request.NodeId, request.BootId, clock.GetUtcNow() + options.Value.Lease), cancellation);
#if PLANTED_BUGS
            granted ??= Planting.Planted.IsOn("ACK_BEFORE_CLAIM") ? job with { Epoch = job.Epoch + 1 } : null;
#endif
            if (granted is null)
            {
                continue;
            }

            await store.Attempts.For(job.Owner).InsertAsync(
                new Attempt { Id = Attempt.IdOf(granted.Id, granted.Epoch), Owner = granted.Owner, JobId = granted.Id, Epoch = granted.Epoch, Worker = request.Name, StartedAt = clock.GetUtcNow() },
                cancellation);
            response.Start.Add(await assignments.BuildAsync(granted, cancellation));
        }
    }
}
