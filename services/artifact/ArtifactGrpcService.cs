using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Platform.Artifact.Blobs;
using Platform.Artifact.References;
using Platform.Artifact.Retention;
using Platform.Artifact.Signing;
using Platform.Artifact.Uploads;
using Platform.Contracts.Artifact.V1;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.Artifact;

/// <summary>The service's gRPC face, for the other services.</summary>
internal sealed class ArtifactGrpcService(
    ArtifactStore store, UploadService uploads, BlobService blobs, ReferenceService references, GarbageCollector garbage, UrlSigner signer, IBlobFiles files, LimitSettings limits, TimeProvider clock)
    : Contracts.Artifact.V1.Artifact.ArtifactBase
{
    public override async Task<UploadInfo> OpenUpload(OpenUploadRequest request, ServerCallContext context)
    {
        string id = request.UploadId.Length > 0 ? request.UploadId : blobs.NewUploadId();
        await uploads.OpenAsync(request.OrganizationId, id, (long)request.SizeBytes, request.Purpose, context.CancellationToken);
        return await DescribeAsync(request.OrganizationId, id, context);
    }

    public override async Task<UploadInfo> GetUpload(GetUploadRequest request, ServerCallContext context) =>
        await DescribeAsync(request.OrganizationId, request.UploadId, context);

    public override async Task<BlobInfo> CompleteUpload(CompleteUploadRequest request, ServerCallContext context) =>
        Describe(await uploads.CompleteAsync(request.OrganizationId, request.UploadId, request.Sha256, context.CancellationToken));

    public override async Task<AbortUploadResponse> AbortUpload(AbortUploadRequest request, ServerCallContext context)
    {
        await uploads.AbortAsync(request.OrganizationId, request.UploadId, context.CancellationToken);
        return new AbortUploadResponse();
    }

    public override async Task<BlobInfo> GetBlob(GetBlobRequest request, ServerCallContext context) =>
        Describe(await blobs.GetAsync(request.OrganizationId, request.BlobId, context.CancellationToken));

    public override async Task<SignedDownload> SignDownload(SignDownloadRequest request, ServerCallContext context)
    {
        var blob = await blobs.GetAsync(request.OrganizationId, request.BlobId, context.CancellationToken);
        long longest = limits.Of(HubLimits.SignedUrlSeconds);
        var expiresAt = clock.GetUtcNow().AddSeconds(request.Seconds > 0 ? Math.Min(request.Seconds, longest) : longest);
        return new SignedDownload
        {
            Url = files.SignDownload(blob.Owner, blob.Id, request.Filename, expiresAt) ?? signer.Sign("GET", DownloadEndpoint.SignedPath(blob.Id), blob.Owner, expiresAt, request.Filename),
            ExpiresAt = expiresAt.ToTimestamp(),
        };
    }

    public override async Task<Reference> AddReference(AddReferenceRequest request, ServerCallContext context) =>
        Describe(await references.AddAsync(request.OrganizationId, request.BlobId, request.OwnerKind, request.OwnerId, context.CancellationToken));

    public override async Task<Reference> ConfirmReference(ConfirmReferenceRequest request, ServerCallContext context) =>
        Describe(await references.ConfirmAsync(request.OrganizationId, request.BlobId, request.OwnerKind, request.OwnerId, request.LeaseId, context.CancellationToken));

    public override async Task<RemoveReferencesResponse> RemoveReferences(RemoveReferencesRequest request, ServerCallContext context) =>
        new() { Removed = await references.RemoveAsync(request.OrganizationId, request.OwnerKind, request.OwnerId, context.CancellationToken) };

    public override async Task<UsageInfo> GetUsage(GetUsageRequest request, ServerCallContext context)
    {
        var usage = new UsageInfo { DiskFreeBytes = files.FreeBytes ?? -1 };
        IndexPosition? after = null;
        do
        {
            var page = await store.Blobs.For(request.OrganizationId).QueryAsync("owned", new object[] { BlobState.Live }, new PageRequest(1000, After: after), context.CancellationToken);
            usage.Blobs += page.Items.Count;
            usage.Bytes += page.Items.Sum(item => (double)item.Value.Size);
            after = page.Next;
        }
        while (after is not null);

        return usage;
    }

    public override async Task<GarbageInfo> CollectGarbage(CollectGarbageRequest request, ServerCallContext context)
    {
        var count = await garbage.CollectAsync(context.CancellationToken);
        return new GarbageInfo { Blobs = count.Blobs, Bytes = count.Bytes, Uploads = count.Uploads };
    }

    public override async Task<PlaceInfo> GetPlace(GetPlaceRequest request, ServerCallContext context)
    {
        var info = new PlaceInfo { Place = files.Place, FreeBytes = files.FreeBytes ?? -1 };
        try
        {
            await files.CheckAsync(context.CancellationToken);
        }
        catch (IOException error)
        {
            info.Failure = error.Message;
        }

        return info;
    }

    private static BlobInfo Describe(Blob blob) =>
        new() { BlobId = blob.Id, Sha256 = blob.Sha256, SizeBytes = blob.Size, Generation = (uint)blob.Generation };

    private static Reference Describe(BlobReference reference) =>
        new() { BlobId = reference.BlobId, OwnerKind = reference.OwnerKind, OwnerId = reference.OwnerId, LeaseExpiresAt = reference.LeaseExpiresAt?.ToTimestamp(), LeaseId = reference.LeaseId };

    private async Task<UploadInfo> DescribeAsync(string owner, string id, ServerCallContext context)
    {
        var upload = await uploads.GetWithPartsAsync(owner, id, context.CancellationToken);
        var info = new UploadInfo
        {
            UploadId = upload.Id,
            PartBytes = upload.PartBytes,
            ExpiresAt = upload.ExpiresAt.ToTimestamp(),
            Url = signer.Sign("PUT", PartEndpoint.SignedPath(upload.Id), upload.Owner, upload.ExpiresAt),
            Blob = upload.BlobId is null ? null : Describe(await blobs.GetAsync(upload.Owner, upload.BlobId, context.CancellationToken)),
        };
        info.PartsReceived.AddRange(upload.Parts.Order());
        if (upload.State == UploadState.Open)
        {
            info.PartUrls.AddRange(Enumerable.Range(0, upload.PartCount).Select(part => files.SignPart(upload, part)).OfType<string>());
        }

        return info;
    }
}
