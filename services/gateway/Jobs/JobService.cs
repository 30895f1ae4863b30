using Google.Protobuf.WellKnownTypes;
using Platform.Contracts.Artifact.V1;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Identity;
using Platform.Gateway.Models;
using Platform.Gateway.Submission;
using Platform.ServiceDefaults;
using Platform.Store;
using ArtifactClient = Platform.Contracts.Artifact.V1.Artifact.ArtifactClient;

namespace Platform.Gateway.Jobs;

/// <summary>What callers do with jobs after submission.</summary>
internal sealed class JobService(GatewayStore store, JobWriter writer, JobReconciler reconciler, JobQueries queries, JobSubmission submission, ReadyModels ready, ArtifactClient artifact, LimitSettings limits)
{
    public async Task<Job> CancelAsync(CallerIdentity caller, string id, CancellationToken cancellation)
    {
        var job = await queries.RequireAsync(caller, id, cancellation);
        await writer.ApplyAsync(caller.Owner, id, new JobEvent.CancelRequested(caller.TokenName), cancellation);
        await reconciler.ReconcileAsync(caller.Owner, id, cancellation);
        return await writer.GetAsync(caller.Owner, id, cancellation) ?? job;
    }

    public async Task<Job> RenameAsync(CallerIdentity caller, string id, string name, CancellationToken cancellation)
    {
        Names.Check(name, limits);
        var job = await queries.RequireAsync(caller, id, cancellation);
        return await writer.ApplyAsync(caller.Owner, id, new JobEvent.Renamed(name), cancellation) ?? job;
    }

    public async Task<Job> CloneAsync(CallerIdentity caller, CloneJobRequest request, CancellationToken cancellation)
    {
        var job = await queries.RequireAsync(caller, request.JobId, cancellation);
        var again = new SubmitJobRequest
        {
            Name = request.Name.Length > 0 ? request.Name : job.Name,
            Spec = JobSpecs.Of(job),
            IdempotencyKey = request.IdempotencyKey,
            BypassCache = job.BypassCache,
        };
        return await submission.SubmitAsync(caller, again, nameof(HubGrpcService.CloneJob), cancellation);
    }

    /// <summary>Erases an ended job: its outputs, its reports, its attempts, then itself.</summary>
    public async Task<Job> DeleteAsync(CallerIdentity caller, string id, CancellationToken cancellation)
    {
        var job = await queries.RequireAsync(caller, id, cancellation);
        if (job.Phase.IsTerminal() && (job.CleanUp || job.Effects.Count > 0))
        {
            // What an ended job still owes is paid now, not at the next scan.
            await reconciler.ReconcileAsync(caller.Owner, id, cancellation);
            job = await queries.RequireAsync(caller, id, cancellation);
        }

        if (!job.Phase.IsTerminal() || job.CleanUp || job.Effects.Count > 0)
        {
            throw new FailureException(FailureCode.NotEnded, $"job {id} has not ended: cancel it first");
        }

        await EraseOutputsAsync(job, cancellation);
        foreach (var attempt in await AttemptsAsync(caller.Owner, id, cancellation))
        {
            await DeleteAsync(store.Reports.For(caller.Owner), attempt.Id, cancellation);
            await DeleteAsync(store.Attempts.For(caller.Owner), attempt.Id, cancellation);
        }

        await DeleteAsync(store.Jobs.For(caller.Owner), id, cancellation);
        return job;
    }

    public async Task<IReadOnlyList<Attempt>> AttemptsAsync(string owner, string id, CancellationToken cancellation)
    {
        var page = await store.Attempts.For(owner).QueryAsync("job", new object[] { id }, new PageRequest(PageRequest.LargestLimit), cancellation);
        return [.. page.Items.Select(item => item.Value)];
    }

    public async Task<JobResult> ResultAsync(CallerIdentity caller, string id, CancellationToken cancellation)
    {
        var job = await queries.RequireAsync(caller, id, cancellation);
        if (!job.Phase.IsTerminal())
        {
            throw new FailureException(FailureCode.NotEnded, $"job {id} has not ended");
        }

        if (job.Outcome?.ReportId is not { } reportId || (await store.Reports.For(caller.Owner).GetAsync(reportId, cancellation))?.Value is not { } report)
        {
            throw new FailureException(FailureCode.NoResult, $"job {id} has no report or profile: {job.Failure?.Message ?? job.Phase.ToString()}");
        }

        var content = Struct.Parser.ParseJson(report.Json);
        return job.Kind.IsNodeWork() ? new JobResult { JobId = id, Report = content } : new JobResult { JobId = id, Profile = content };
    }

    private static async Task DeleteAsync<T>(OwnedCollection<T> collection, string id, CancellationToken cancellation)
        where T : class
    {
        if (await collection.GetAsync(id, cancellation) is { } found)
        {
            await collection.DeleteAsync(id, found.Version, cancellation);
        }
    }

    private async Task EraseOutputsAsync(Job job, CancellationToken cancellation)
    {
        foreach (var (kind, owned) in new[] { ("model", job.TargetModelId), ("dataset", job.OutputDatasetId), ("job", job.Id) })
        {
            if (owned is not null)
            {
                await artifact.RemoveReferencesAsync(new RemoveReferencesRequest { OrganizationId = job.Owner, OwnerKind = kind, OwnerId = owned }, cancellationToken: cancellation);
            }
        }

        if (job.TargetModelId is { } modelId)
        {
            await DeleteAsync(store.Models.For(job.Owner), modelId, cancellation);
            ready.Erased(job.Owner, modelId);
        }

        if (job.OutputDatasetId is { } datasetId)
        {
            await DeleteAsync(store.Datasets.For(job.Owner), datasetId, cancellation);
        }
    }
}
