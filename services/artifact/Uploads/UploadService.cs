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
        upload = upload with { Handle = await files.BeginAsync(upload, cancellation) };
        if (!(await uploads.InsertAsync(upload, cancellation)).Inserted)
        {
            // Somebody opened the same upload meanwhile, with a handle of its own.
            await files.RemoveUploadAsync(owner, id, upload.Handle, cancellation);
        }

        return await GetAsync(owner, id, cancellation);
    }

    /// <summary>An upload with the parts that are wholly there.</summary>
    public async Task<Upload> GetWithPartsAsync(string owner, string id, CancellationToken cancellation)
    {
        var upload = await GetAsync(owner, id, cancellation);
        return upload.State is UploadState.Open or UploadState.Verifying ? upload with { Parts = await files.PartsAsync(upload, cancellation) } : upload;
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
        await files.WritePartAsync(upload, part, body, cancellation);
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

        if (upload.Sha256 is null)
        {
            upload = await VerifyAsync(upload, expectedSha256, cancellation);
        }

        RequireHash(upload.Sha256!, expectedSha256);
        var blob = await blobs.CommitAsync(upload, cancellation);
        await store.Uploads.For(owner).UpdateAsync(
            id, current => current.State == UploadState.Committed ? null : current with { State = UploadState.Committed, BlobId = blob.Id }, cancellation);
        if (blob.Id != upload.OwnBlobId)
        {
            // The organization had these bytes. Only now may the copy go: a repeated completion finds the other blob from here on.
            await blobs.DiscardAsync(upload, cancellation);
        }

        hashes.Forget(id);
        return blob.State == BlobState.Live ? blob : await blobs.GetAsync(owner, (await GetAsync(owner, id, cancellation)).BlobId ?? blob.Id, cancellation);
    }

    /// <summary>Gives an upload up and removes its bytes; a committed one stays.</summary>
    public async Task AbortAsync(string owner, string id, CancellationToken cancellation)
    {
        var aborted = await store.Uploads.For(owner).UpdateAsync(
            id, current => current.State == UploadState.Committed || current.Sha256 is not null ? null : current with { State = UploadState.Aborted, Parts = [] }, cancellation);
        if (aborted is not null)
        {
            await RemoveBytesAsync(aborted.Value, cancellation);
            hashes.Forget(id);
        }
    }

    private static void RequireHash(string sha256, string expected)
    {
        if (expected.Length > 0 && !string.Equals(expected, sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new FailureException(FailureCode.UploadHashMismatch, $"the bytes that arrived have the SHA-256 {sha256}, not {expected}");
        }
    }

    private async Task RemoveBytesAsync(Upload upload, CancellationToken cancellation)
    {
        await files.RemoveUploadAsync(upload.Owner, upload.Id, upload.Handle, cancellation);
        await files.RemoveBlobAsync(upload.Owner, upload.OwnBlobId, cancellation);
    }

    /// <summary>Seals and hashes; one compare-and-swap on the upload then decides between becoming a blob and being given up.</summary>
    private async Task<Upload> VerifyAsync(Upload upload, string expectedSha256, CancellationToken cancellation)
    {
        upload = upload with { Parts = await files.PartsAsync(upload, cancellation) };
        RequireAllParts(upload);
        await store.Uploads.For(upload.Owner).UpdateAsync(
            upload.Id, current => current.State == UploadState.Open ? current with { State = UploadState.Verifying, Parts = upload.Parts } : null, cancellation);
        upload = upload with { State = UploadState.Verifying };
        string sha256;
        try
        {
            await files.SealAsync(upload, cancellation);
            sha256 = await hashes.FinishAsync(upload, cancellation);
            RequireHash(sha256, expectedSha256);
        }
        catch (FailureException)
        {
            await AbortAsync(upload.Owner, upload.Id, cancellation);
            throw;
        }
        catch (FileNotFoundException) when (!cancellation.IsCancellationRequested)
        {
            // Another instance was faster, or the upload was given up: its document says which.
            hashes.Forget(upload.Id);
            var now = await GetAsync(upload.Owner, upload.Id, cancellation);
            return now.Sha256 is not null ? now : throw Closed(now);
        }

        await store.Uploads.For(upload.Owner).UpdateAsync(
            upload.Id, current => current.State == UploadState.Verifying && current.Sha256 is null ? current with { Sha256 = sha256 } : null, cancellation);
        var decided = await GetAsync(upload.Owner, upload.Id, cancellation);
        return decided.Sha256 is not null ? decided : throw Closed(decided);
    }

    private static FailureException Closed(Upload upload) => new(FailureCode.UploadClosed, $"upload {upload.Id} takes no more parts: it is {upload.State}");

    private static void RequireOpen(Upload upload)
    {
        if (upload.State != UploadState.Open)
        {
            throw Closed(upload);
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
        if (files.FreeBytes is { } free && free - bytes < reserve)
        {
            throw new FailureException(FailureCode.DiskFull, $"{bytes} bytes do not fit: {free} are free, of which {reserve} are kept for the store");
        }
    }
}
