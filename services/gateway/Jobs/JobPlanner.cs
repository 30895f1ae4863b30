using Platform.Contracts.Hub.V1;
using Platform.Gateway.Nodes;
using Platform.Gateway.Submission;
using Platform.ServiceDefaults;
using Platform.Store;
using Platform.Toolchains.Qnn;

namespace Platform.Gateway.Jobs;

/// <summary>Takes a pending job to a queue: finds its path, its result in the cache, or an equal job to share a run with.</summary>
internal sealed class JobPlanner(GatewayStore store, JobWriter writer, CompilePlanner compile, LinkPlanner links, CompileQueue queue, DeferredChecks checks, LimitSettings limits, TimeProvider clock)
{
    /// <returns>The job afterwards, where it is at hand; null where it has to be read again.</returns>
    public async Task<Versioned<Job>?> PlanAsync(Versioned<Job> read, CancellationToken cancellation)
    {
        var job = read.Value;
        if (job.NotBefore > clock.GetUtcNow() || (job.SharedWith is not null && await LeaderIsRunningAsync(job, cancellation)))
        {
            return null;
        }

        if (await checks.FindFailureAsync(job, cancellation) is { } failure)
        {
            await writer.ApplyAsync(job.Owner, job.Id, new JobEvent.Refused(failure), cancellation);
        }
        else if (!job.Kind.IsNodeWork())
        {
            return await writer.ApplyAsync(read, new JobEvent.RunRequested(QueueDeadline(job)), cancellation);
        }
        else if (job.Kind == JobKind.Inspect)
        {
            await EnqueueAsync(job, [new PlannedStep(CompileQueue.InspectTool, "")], null, cancellation);
        }
        else if (job.Kind == JobKind.Link)
        {
            await PlanLinkAsync(job, cancellation);
        }
        else
        {
            await PlanCompileAsync(job, cancellation);
        }

        return null;
    }

    private async Task PlanCompileAsync(Job job, CancellationToken cancellation)
    {
        var spec = JobSpecs.Of(job).Compile;
        var model = (await store.Models.For(job.Owner).GetAsync(spec.ModelId, cancellation))!.Value;
        var path = await compile.FindPathAsync(ModelTypes.Parse(model.ModelType), spec, cancellation);
        if (path is null)
        {
            await WaitForNodeAsync(job, "no build node that is connected now has the steps it needs", cancellation);
            return;
        }

        await EnqueueUnlessCachedAsync(job, path, compile.CacheKey(job.Owner, model, spec, path, job.Socs), cancellation);
    }

    private async Task PlanLinkAsync(Job job, CancellationToken cancellation)
    {
        if (await links.VersionAsync(cancellation) is not { } version)
        {
            await WaitForNodeAsync(job, "no build node that is connected now can link", cancellation);
            return;
        }

        await EnqueueUnlessCachedAsync(job, [new PlannedStep(QnnLinkStep.Name, version)], await links.CacheKeyAsync(job, version, cancellation), cancellation);
    }

    private Task WaitForNodeAsync(Job job, string why, CancellationToken cancellation) =>
        writer.ApplyAsync(job.Owner, job.Id, new JobEvent.Looked(clock.GetUtcNow().AddSeconds(5), nameof(WaitReason.NoNode), why), cancellation);

    private async Task EnqueueUnlessCachedAsync(Job job, IReadOnlyList<PlannedStep> path, string key, CancellationToken cancellation)
    {
        if (!job.BypassCache && await store.Cache.For(job.Owner).GetAsync(CachedResult.IdOf(job.Owner, key), cancellation) is { } hit)
        {
            await writer.ApplyAsync(job.Owner, job.Id, new JobEvent.ResultFound(hit.Value.Outcome, hit.Value.Steps, key), cancellation);
            return;
        }

        await EnqueueAsync(job, path, key, cancellation);
    }

    private async Task EnqueueAsync(Job job, IReadOnlyList<PlannedStep> path, string? key, CancellationToken cancellation)
    {
        try
        {
            var planned = new JobEvent.Planned(path, CompileQueue.KeyOf(path), key, QueueDeadline(job));
            if (await writer.ApplyAsync(job.Owner, job.Id, planned, cancellation) is not null)
            {
                queue.Announce(path);
            }
        }
        catch (EqualJobInFlightException)
        {
            await JoinAsync(job, key!, cancellation);
        }
    }

    private async Task JoinAsync(Job job, string key, CancellationToken cancellation)
    {
        var leader = await store.Jobs.For(job.Owner).QueryAsync("in_flight", new object[] { key }, new PageRequest(1), cancellation);
        if (leader.Items.Count > 0)
        {
            await writer.ApplyAsync(job.Owner, job.Id, new JobEvent.Joined(leader.Items[0].Value.Id, key), cancellation);
        }
    }

    // A shared run that failed fails for all who shared it; one that was cancelled is somebody else's decision.
    private async Task<bool> LeaderIsRunningAsync(Job job, CancellationToken cancellation)
    {
        var leader = await writer.GetAsync(job.Owner, job.SharedWith!, cancellation);
        if (leader is { Phase: Phase.Failed, Failure: { } failure } && !job.BypassCache)
        {
            await writer.ApplyAsync(job.Owner, job.Id, new JobEvent.Refused(failure), cancellation);
            return true;
        }

        if (leader is not null && !leader.Phase.IsTerminal())
        {
            return true;
        }

        await writer.ApplyAsync(job.Owner, job.Id, new JobEvent.Parted(), cancellation);
        return false;
    }

    private DateTimeOffset QueueDeadline(Job job) => job.QueueDeadline ?? clock.GetUtcNow().AddHours(limits.Of(HubLimits.QueueHours));
}
