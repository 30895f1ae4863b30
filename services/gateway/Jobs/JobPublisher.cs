using Platform.Contracts.Artifact.V1;
using Platform.Gateway.Models;
using Platform.ServiceDefaults;
using Platform.Store;
using ArtifactClient = Platform.Contracts.Artifact.V1.Artifact.ArtifactClient;

namespace Platform.Gateway.Jobs;

/// <summary>
/// Makes a job's outputs real, step by step, each harmless to repeat: reference under a lease, owner, confirmation; then
/// the job may end. Withdraws what was promised when a job ends without.
/// </summary>
internal sealed class JobPublisher(GatewayStore store, JobWriter writer, ArtifactClient artifact, LimitSettings limits, TimeProvider clock)
{
    private const string ModelOwner = "model";
    private const string DatasetOwner = "dataset";
    private const string CacheOwner = "cache";
    private const string JobOwner = "job";

    /// <returns>The job afterwards; null when others were first, or it was cancelled meanwhile.</returns>
    public async Task<Versioned<Job>?> PublishAsync(Versioned<Job> read, CancellationToken cancellation)
    {
        var job = read.Value;
        var outcome = job.Outcome!;
        if (job.TargetModelId is { } modelId && outcome.Product is { } product)
        {
            await HoldAsync(job, product.BlobId, ModelOwner, modelId, () => PublishModelAsync(job, modelId, product, outcome, cancellation), cancellation);
        }

        if (job.OutputDatasetId is { } datasetId && outcome.Product is { } outputs)
        {
            await HoldAsync(job, outputs.BlobId, DatasetOwner, datasetId, () => PublishDatasetAsync(job, datasetId, outputs, outcome, cancellation), cancellation);
        }

        if (job.SubjectId is { } subject)
        {
            await PublishInspectionAsync(job, subject, outcome, cancellation);
        }

        if (outcome.LogBlobId is { Length: > 0 } log)
        {
            await HoldAsync(job, log, JobOwner, job.Id, () => Task.FromResult(true), cancellation);
        }

        await FillCacheAsync(job, outcome, cancellation);
        return await writer.ApplyAsync(read, new JobEvent.Published(), cancellation);
    }

    /// <summary>Promised outputs of a job without a result: they exist no more, and say why.</summary>
    public async Task WithdrawAsync(Job job, CancellationToken cancellation)
    {
        if (job.Phase == Phase.Cancelled)
        {
            await TakePlacesAsync(job, cancellation);
        }

        if ((job.TargetModelId ?? ModelSubject(job)) is { } modelId)
        {
            await store.Models.For(job.Owner).UpdateAsync(
                modelId, model => model.State is AssetState.Erased or AssetState.Failed ? null : model with { State = AssetState.Failed, Failure = job.Failure, BlobId = null }, cancellation);
            await artifact.RemoveReferencesAsync(new RemoveReferencesRequest { OrganizationId = job.Owner, OwnerKind = ModelOwner, OwnerId = modelId }, cancellationToken: cancellation);
        }

        if ((job.OutputDatasetId ?? DatasetSubject(job)) is { } datasetId)
        {
            await store.Datasets.For(job.Owner).UpdateAsync(
                datasetId, dataset => dataset.State is AssetState.Erased or AssetState.Failed ? null : dataset with { State = AssetState.Failed, Failure = job.Failure, BlobId = null }, cancellation);
            await artifact.RemoveReferencesAsync(new RemoveReferencesRequest { OrganizationId = job.Owner, OwnerKind = DatasetOwner, OwnerId = datasetId }, cancellationToken: cancellation);
        }
    }

    // Some gateway may be publishing them at this moment: whichever of the two documents comes first stays.
    private async Task TakePlacesAsync(Job job, CancellationToken cancellation)
    {
        if (job.TargetModelId is not null)
        {
            await store.Models.For(job.Owner).InsertAsync(ReservedAssets.ModelOf(job), cancellation);
        }

        if (job.OutputDatasetId is not null)
        {
            await store.Datasets.For(job.Owner).InsertAsync(ReservedAssets.DatasetOf(job), cancellation);
        }
    }

    private static string? ModelSubject(Job job) => job.SubjectId is { } id && id[0] == 'm' ? id : null;

    private static string? DatasetSubject(Job job) => job.SubjectId is { } id && id[0] == 'd' ? id : null;

    // A job may be cancelled while its outputs are published; where the owner's place is taken by then, nothing is kept for it.
    private async Task HoldAsync(Job job, string blobId, string ownerKind, string ownerId, Func<Task<bool>> writeOwner, CancellationToken cancellation)
    {
        var reference = await artifact.AddReferenceAsync(new AddReferenceRequest { OrganizationId = job.Owner, BlobId = blobId, OwnerKind = ownerKind, OwnerId = ownerId }, cancellationToken: cancellation);
#if CRASH_POINTS
        await Crashing.CrashPoint.HeldAsync("job.publishing");
#endif
        if (!await writeOwner())
        {
            await artifact.RemoveReferencesAsync(new RemoveReferencesRequest { OrganizationId = job.Owner, OwnerKind = ownerKind, OwnerId = ownerId }, cancellationToken: cancellation);
            return;
        }

        await artifact.ConfirmReferenceAsync(
            new ConfirmReferenceRequest { OrganizationId = job.Owner, BlobId = blobId, OwnerKind = ownerKind, OwnerId = ownerId, LeaseId = reference.LeaseId }, cancellationToken: cancellation);
    }

    // A product whose parity is too low is kept, but not as a usable model.
    private async Task<bool> PublishModelAsync(Job job, string modelId, JobOutput product, JobOutcome outcome, CancellationToken cancellation)
    {
        var model = ReservedAssets.ModelOf(job) with
        {
            Id = modelId,
            State = outcome.Failure is null ? AssetState.Ready : AssetState.Failed,
            Failure = outcome.Failure,
            BlobId = product.BlobId,
            Sha256 = product.Sha256,
            Size = product.Size,
            FileName = product.FileName,
            Inputs = outcome.Inputs,
            Outputs = outcome.Outputs,
            Metadata = outcome.Metadata,
        };
        var models = store.Models.For(job.Owner);
        return (await models.InsertAsync(model, cancellation)).Inserted || (await models.GetAsync(modelId, cancellation))?.Value.BlobId == product.BlobId;
    }

    private async Task<bool> PublishDatasetAsync(Job job, string datasetId, JobOutput product, JobOutcome outcome, CancellationToken cancellation)
    {
        var dataset = ReservedAssets.DatasetOf(job) with
        {
            Id = datasetId,
            State = AssetState.Ready,
            ExpiresAt = clock.GetUtcNow().AddDays(limits.Of(HubLimits.DatasetDays)),
            BlobId = product.BlobId,
            Sha256 = product.Sha256,
            Size = product.Size,
            FileName = product.FileName,
            Tensors = outcome.Outputs,
            Samples = outcome.Samples,
        };
        var datasets = store.Datasets.For(job.Owner);
        return (await datasets.InsertAsync(dataset, cancellation)).Inserted || (await datasets.GetAsync(datasetId, cancellation))?.Value.BlobId == product.BlobId;
    }

    private async Task PublishInspectionAsync(Job job, string subject, JobOutcome outcome, CancellationToken cancellation)
    {
        await store.Models.For(job.Owner).UpdateAsync(
            subject,
            model => model.State != AssetState.Uploading ? null : model with
            {
                State = AssetState.Ready,
                ModelType = outcome.ModelType ?? model.ModelType,
                Inputs = outcome.Inputs,
                Outputs = outcome.Outputs,
                Metadata = outcome.Metadata,
            },
            cancellation);
        await store.Datasets.For(job.Owner).UpdateAsync(
            subject, dataset => dataset.State != AssetState.Uploading ? null : dataset with { State = AssetState.Ready, Tensors = outcome.Inputs, Samples = outcome.Samples }, cancellation);
    }

    private async Task FillCacheAsync(Job job, JobOutcome outcome, CancellationToken cancellation)
    {
        if (job.CacheKey is not { } key || job.CacheHit || outcome.Product is not { } product || outcome.Failure is not null)
        {
            return;
        }

        string id = CachedResult.IdOf(job.Owner, key);
        var cache = store.Cache.For(job.Owner);
        await HoldAsync(job, product.BlobId, CacheOwner, key, async () =>
        {
            var entry = new CachedResult { Id = id, Owner = job.Owner, Outcome = outcome, Steps = job.Steps, CreatedAt = clock.GetUtcNow() };
            if (!(await cache.InsertAsync(entry, cancellation)).Inserted)
            {
                await cache.UpdateAsync(id, _ => entry, cancellation);
            }

            return true;
        }, cancellation);
    }
}
