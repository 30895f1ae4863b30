using Platform.Contracts.Artifact.V1;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Identity;
using Platform.Gateway.Models;
using Platform.Gateway.Submission;
using Platform.ServiceDefaults;
using Platform.Store;
using ArtifactClient = Platform.Contracts.Artifact.V1.Artifact.ArtifactClient;

namespace Platform.Gateway.Datasets;

/// <summary>Datasets: upload, look, erase, download, expiry.</summary>
internal sealed class DatasetService(
    GatewayStore store, AssetFinder assets, UploadedAssets uploads, JobSubmission submission, ArtifactClient artifact, IdSource ids, LimitSettings limits, TimeProvider clock)
{
    private const string Kind = "dataset";

    public async Task<(StoredDataset Dataset, UploadInfo Upload)> CreateAsync(CallerIdentity caller, CreateDatasetRequest request, CancellationToken cancellation)
    {
        Names.Check(request.Name, limits);
        var now = clock.GetUtcNow();
        var upload = await uploads.OpenAsync(caller.Owner, (long)request.SizeBytes, Kind, cancellation);
        var dataset = new StoredDataset
        {
            Id = ids.New('d'),
            Owner = caller.Owner,
            Name = request.Name.Length > 0 ? request.Name : request.Filename,
            State = AssetState.Uploading,
            CreatedAt = now,
            ExpiresAt = now.AddDays(limits.Of(HubLimits.DatasetDays)),
            Creator = caller.TokenName,
            UploadId = upload.UploadId,
            Size = (long)request.SizeBytes,
            FileName = UploadedAssets.PlainFileName(request.Filename),
        };
        await store.Datasets.For(caller.Owner).InsertAsync(dataset, cancellation);
        return (dataset, upload);
    }

    /// <summary>Commits the bytes, has them looked at in the sandbox, and answers when that is done or takes long.</summary>
    public async Task<StoredDataset> CompleteAsync(CallerIdentity caller, string id, string sha256, CancellationToken cancellation)
    {
        var dataset = await assets.RequireDatasetAsync(caller.Owner, id, cancellation);
        if (dataset.State != AssetState.Uploading)
        {
            return dataset;
        }

        if (dataset.InspectionJobId is null)
        {
            var blob = await uploads.CommitAsync(caller.Owner, dataset.UploadId!, sha256, Kind, id, cancellation);
            await store.Datasets.For(caller.Owner).UpdateAsync(id, current => current with { BlobId = blob.BlobId, Sha256 = blob.Sha256, Size = (long)blob.SizeBytes }, cancellation);
            await uploads.ConfirmAsync(caller.Owner, blob.BlobId, Kind, id, cancellation);
            var job = await submission.InspectAsync(caller.Owner, caller.TokenName, id, cancellation);
            await store.Datasets.For(caller.Owner).UpdateAsync(id, current => current with { InspectionJobId = job.Id }, cancellation);
        }

        await uploads.WaitForInspectionAsync(async () => (await assets.RequireDatasetAsync(caller.Owner, id, cancellation)).State != AssetState.Uploading, id, cancellation);
        return await assets.RequireDatasetAsync(caller.Owner, id, cancellation);
    }

    public async Task<StoredDataset> DeleteAsync(CallerIdentity caller, string id, CancellationToken cancellation)
    {
        await assets.RequireDatasetAsync(caller.Owner, id, cancellation);
        return await EraseAsync(caller.Owner, id, cancellation) ?? await assets.RequireDatasetAsync(caller.Owner, id, cancellation);
    }

    public async Task<Download> DownloadAsync(CallerIdentity caller, string id, CancellationToken cancellation)
    {
        var dataset = await assets.RequireDatasetAsync(caller.Owner, id, cancellation);
        if (dataset.ExpiresAt <= clock.GetUtcNow())
        {
            throw new FailureException(FailureCode.DatasetExpired, $"dataset {id} expired at {dataset.ExpiresAt:u}");
        }

        return dataset is { State: AssetState.Ready, BlobId: { } blobId }
            ? await uploads.SignAsync(caller.Owner, blobId, dataset.FileName, dataset.Size, dataset.Sha256!, cancellation)
            : throw new FailureException(FailureCode.AssetNotReady, $"dataset {id} cannot be downloaded: {dataset.Failure?.Message ?? dataset.State.ToString()}");
    }

    /// <summary>Erases datasets whose time is over; how many.</summary>
    public async Task<int> ExpireAsync(CancellationToken cancellation)
    {
        var due = await store.Datasets.AsSystem().QueryBeforeAsync("expiry", new object[] { clock.GetUtcNow() }, new PageRequest(1000), cancellation);
        foreach (var dataset in due.Items)
        {
            await EraseAsync(dataset.Value.Owner, dataset.Value.Id, cancellation);
        }

        return due.Items.Count;
    }

    private async Task<StoredDataset?> EraseAsync(string owner, string id, CancellationToken cancellation)
    {
        var erased = await store.Datasets.For(owner).UpdateAsync(
            id, dataset => dataset.State == AssetState.Erased ? null : dataset with { State = AssetState.Erased, BlobId = null, Tensors = [] }, cancellation);
        await artifact.RemoveReferencesAsync(new RemoveReferencesRequest { OrganizationId = owner, OwnerKind = Kind, OwnerId = id }, cancellationToken: cancellation);
        return erased?.Value;
    }
}
