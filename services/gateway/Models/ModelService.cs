using Platform.Contracts.Artifact.V1;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Identity;
using Platform.Gateway.Submission;
using Platform.ServiceDefaults;
using ArtifactClient = Platform.Contracts.Artifact.V1.Artifact.ArtifactClient;

namespace Platform.Gateway.Models;

/// <summary>Models: upload, look, rename, erase, download.</summary>
internal sealed class ModelService(
    GatewayStore store, AssetFinder assets, ReadyModels ready, UploadedAssets uploads, JobSubmission submission, ArtifactClient artifact, IdSource ids, LimitSettings limits, TimeProvider clock)
{
    private const string Kind = "model";

    public async Task<(StoredModel Model, UploadInfo Upload)> CreateAsync(CallerIdentity caller, CreateModelRequest request, CancellationToken cancellation)
    {
        Names.Check(request.Name, limits);
        string id = ids.New('m');
        var upload = await uploads.OpenAsync(caller.Owner, (long)request.SizeBytes, Kind, cancellation);
        var model = new StoredModel
        {
            Id = id,
            Owner = caller.Owner,
            Name = request.Name.Length > 0 ? request.Name : request.Filename,
            ModelType = request.ModelType.ToString(),
            State = AssetState.Uploading,
            CreatedAt = clock.GetUtcNow(),
            Creator = caller.TokenName,
            UploadId = upload.UploadId,
            Size = (long)request.SizeBytes,
            FileName = UploadedAssets.PlainFileName(request.Filename),
        };
        await store.Models.For(caller.Owner).InsertAsync(model, cancellation);
        return (model, upload);
    }

    /// <summary>Commits the bytes, has them looked at in the sandbox, and answers when that is done or takes long.</summary>
    public async Task<StoredModel> CompleteAsync(CallerIdentity caller, string id, string sha256, CancellationToken cancellation)
    {
        var model = await assets.RequireModelAsync(caller.Owner, id, cancellation);
        if (model.State != AssetState.Uploading)
        {
            return model;
        }

        if (model.InspectionJobId is null)
        {
            var blob = await uploads.CommitAsync(caller.Owner, model.UploadId!, sha256, Kind, id, cancellation);
            await store.Models.For(caller.Owner).UpdateAsync(id, current => current with { BlobId = blob.BlobId, Sha256 = blob.Sha256, Size = (long)blob.SizeBytes }, cancellation);
            await uploads.ConfirmAsync(caller.Owner, blob.BlobId, Kind, id, cancellation);
            var job = await submission.InspectAsync(caller.Owner, caller.TokenName, id, cancellation);
            await store.Models.For(caller.Owner).UpdateAsync(id, current => current with { InspectionJobId = job.Id }, cancellation);
        }

        await uploads.WaitForInspectionAsync(async () => (await assets.RequireModelAsync(caller.Owner, id, cancellation)).State != AssetState.Uploading, id, cancellation);
        return await assets.RequireModelAsync(caller.Owner, id, cancellation);
    }

    public async Task<StoredModel> RenameAsync(CallerIdentity caller, string id, string name, CancellationToken cancellation)
    {
        Names.Check(name, limits);
        await assets.RequireModelAsync(caller.Owner, id, cancellation);
        await store.Models.For(caller.Owner).UpdateAsync(id, model => model with { Name = name }, cancellation);
        return await assets.RequireModelAsync(caller.Owner, id, cancellation);
    }

    public async Task<StoredModel> DeleteAsync(CallerIdentity caller, string id, CancellationToken cancellation)
    {
        await assets.RequireModelAsync(caller.Owner, id, cancellation);
        var erased = await store.Models.For(caller.Owner).UpdateAsync(
            id, model => model.State == AssetState.Erased ? null : model with { State = AssetState.Erased, BlobId = null, Inputs = [], Outputs = [] }, cancellation);
        ready.Erased(caller.Owner, id);
        await artifact.RemoveReferencesAsync(new RemoveReferencesRequest { OrganizationId = caller.Owner, OwnerKind = Kind, OwnerId = id }, cancellationToken: cancellation);
        return erased?.Value ?? await assets.RequireModelAsync(caller.Owner, id, cancellation);
    }

    public async Task<Download> DownloadAsync(CallerIdentity caller, string id, bool force, CancellationToken cancellation)
    {
        var model = await assets.RequireModelAsync(caller.Owner, id, cancellation);
        bool allowed = model.State == AssetState.Ready || (force && model.State == AssetState.Failed);
        if (!allowed || model.BlobId is null)
        {
            throw new FailureException(FailureCode.AssetNotReady, $"model {id} cannot be downloaded: {model.Failure?.Message ?? model.State.ToString()}");
        }

        return await uploads.SignAsync(caller.Owner, model.BlobId, model.FileName, model.Size, model.Sha256!, cancellation);
    }
}
