using Platform.Artifact.Blobs;
using Platform.Contracts.Hub.V1;
using Platform.ServiceDefaults;

namespace Platform.Artifact.Uploads;

/// <summary>Opens, fills and completes uploads.</summary>
internal sealed class UploadService(ArtifactStore store, IBlobFiles files, UploadHashes hashes, BlobService blobs, LimitSettings limits, TimeProvider clock)
{
    /// <summary>Opens an upload; repeating it with the same id answers the same upload.</summary>
    public async Task<Upload> OpenAsync(string owner, string id, long size, string purpose, CancellationToken cancellation)
    {
        var uploads = store.Uploads.For(owner);
        if (await uploads.GetAsync(id, cancellation) is { } existing)
        {
            return existing.Value;
        }

        CheckSize(size, purpose);
        var now = clock.GetUtcNow();
        var upload = new Upload
        {
            Id = id,
            Owner = owner,
            Size = size,
            PartBytes = limits.Of(HubLimits.PartBytes),
            Purpose = purpose,
            CreatedAt = now,
            ExpiresAt = now.AddHours(limits.Of(HubLimits.UploadHours)),
        };
        await uploads.InsertAsync(upload, cancellation);
        return await GetAsync(owner, id, cancellation);
    }

    public async Task<Upload> GetAsync(string owner, string id, CancellationToken cancellation) =>
        (await store.Uploads.For(owner).GetAsync(id, cancellation))?.Value
            ?? throw new FailureException(FailureCode.NotFound, $"there is no upload {id}");

    /// <summary>Writes one part; a part that is already there is left as it is.</summary>
    public async Task WritePartAsync(string owner, string id, int part, Stream body, CancellationToken cancellation)
    {
        var upload = await GetAsync(owner, id, cancellation);
        if (upload.Parts.Contains(part) || upload.State == UploadState.Committed)
        {
            return;
        }

        RequireOpen(upload);
        RequireSpace(upload.PartLength(part));
        await files.WritePartAsync(id, part * upload.PartBytes, upload.PartLength(part), body, cancellation);
        var updated = await store.Uploads.For(owner).UpdateAsync(
            id, current => current.State == UploadState.Open && !current.Parts.Contains(part) ? current with { Parts = [.. current.Parts, part] } : null, cancellation);
        if (updated is not null)
        {
            await hashes.AdvanceAsync(updated.Value, cancellation);
        }
    }

    /// <summary>Verifies the bytes and makes them a blob; repeating it answers the same blob.</summary>
    public async Task<Blob> CompleteAsync(string owner, string id, string expectedSha256, CancellationToken cancellation)
    {
        var upload = await GetAsync(owner, id, cancellation);
        if (upload.State == UploadState.Committed)
        {
            return await blobs.GetAsync(owner, upload.BlobId!, cancellation);
        }

        RequireAllParts(upload);
        upload = await MoveAsync(upload, UploadState.Verifying, cancellation);
        string sha256 = await hashes.FinishAsync(upload, cancellation);
        if (expectedSha256.Length > 0 && !string.Equals(expectedSha256, sha256, StringComparison.OrdinalIgnoreCase))
        {
            await AbortAsync(owner, id, cancellation);
            throw new FailureException(FailureCode.UploadHashMismatch, $"the bytes that arrived have the SHA-256 {sha256}, not {expectedSha256}");
        }

        var blob = await blobs.CommitAsync(upload, sha256, cancellation);
        await store.Uploads.For(owner).UpdateAsync(id, current => current with { State = UploadState.Committed, BlobId = blob.Id }, cancellation);
        hashes.Forget(id);
        return blob;
    }

    /// <summary>Gives an upload up and removes its bytes; a committed one stays.</summary>
    public async Task AbortAsync(string owner, string id, CancellationToken cancellation)
    {
        var aborted = await store.Uploads.For(owner).UpdateAsync(
            id, current => current.State == UploadState.Committed ? null : current with { State = UploadState.Aborted, Parts = [] }, cancellation);
        if (aborted is not null)
        {
            files.RemoveUpload(id);
            hashes.Forget(id);
        }
    }

    private static void RequireOpen(Upload upload)
    {
        if (upload.State != UploadState.Open)
        {
            throw new FailureException(FailureCode.UploadClosed, $"upload {upload.Id} takes no more parts: it is {upload.State}");
        }
    }

    private static void RequireAllParts(Upload upload)
    {
        if (upload.State == UploadState.Aborted)
        {
            RequireOpen(upload);
        }

        var missing = Enumerable.Range(0, upload.PartCount).Except(upload.Parts).Take(5).ToList();
        if (missing.Count > 0)
        {
            throw new FailureException(FailureCode.UploadIncomplete, $"parts {string.Join(", ", missing)} of {upload.PartCount} have not arrived");
        }
    }

    private async Task<Upload> MoveAsync(Upload upload, UploadState state, CancellationToken cancellation) =>
        (await store.Uploads.For(upload.Owner).UpdateAsync(upload.Id, current => current with { State = state }, cancellation))?.Value ?? upload;

    private void CheckSize(long size, string purpose)
    {
        var limit = purpose switch
        {
            "model" => HubLimits.ModelBytes,
            "dataset" => HubLimits.DatasetBytes,
            "output" => HubLimits.OutputBytes,
            "log" => HubLimits.LogBytes,
            _ => throw new FailureException(FailureCode.Internal, $"'{purpose}' is no purpose of an upload"),
        };
        if (size < 0 || size > limits.Of(limit))
        {
            throw new FailureException(FailureCode.TooLarge, $"{size} bytes: the limit {limit.Name} is {limits.Of(limit)}");
        }

        RequireSpace(size);
    }

    private void RequireSpace(long bytes)
    {
        long reserve = limits.Of(HubLimits.DiskReserveBytes);
        if (files.FreeBytes - bytes < reserve)
        {
            throw new FailureException(FailureCode.DiskFull, $"{bytes} bytes do not fit: {files.FreeBytes} are free, of which {reserve} are kept for the store");
        }
    }
}
