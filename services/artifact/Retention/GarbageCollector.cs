using Platform.Artifact.Blobs;
using Platform.Artifact.References;
using Platform.Artifact.Uploads;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.Artifact.Retention;

/// <summary>What a collection removed.</summary>
internal sealed record GarbageCount(int Blobs, long Bytes, int Uploads);

/// <summary>Removes what has expired, what nobody refers to, and bytes without a document. Level-triggered: every run sees all that is due.</summary>
internal sealed class GarbageCollector(ArtifactStore store, IBlobFiles files, BlobService blobs, ReferenceService references, UploadService uploads, LimitSettings limits, TimeProvider clock)
{
    public async Task<GarbageCount> CollectAsync(CancellationToken cancellation)
    {
        int expired = await ExpireUploadsAsync(cancellation);
        await LapseReferencesAsync(cancellation);
        var (count, bytes) = await EraseBlobsAsync(cancellation);
        count += await RemoveOrphansAsync(cancellation);
        return new GarbageCount(count, bytes, expired);
    }

    private TimeSpan Grace => TimeSpan.FromMinutes(limits.Of(HubLimits.ReferenceLeaseMinutes));

    private async Task<int> ExpireUploadsAsync(CancellationToken cancellation)
    {
        var due = await store.Uploads.AsSystem().QueryBeforeAsync("expiry", new object[] { clock.GetUtcNow() }, new PageRequest(1000), cancellation);
        foreach (var (upload, version) in due.Items.Select(item => (item.Value, item.Version)))
        {
            if (upload.State == UploadState.Committed)
            {
                await store.Uploads.For(upload.Owner).DeleteAsync(upload.Id, version, cancellation);
            }
            else
            {
                await uploads.AbortAsync(upload.Owner, upload.Id, cancellation);
            }
        }

        return due.Items.Count(item => item.Value.State != UploadState.Committed);
    }

    private async Task LapseReferencesAsync(CancellationToken cancellation)
    {
        var due = await store.References.AsSystem().QueryBeforeAsync("lease", new object[] { clock.GetUtcNow() }, new PageRequest(1000), cancellation);
        foreach (var reference in due.Items)
        {
            await references.RemoveAsync(reference, cancellation);
        }
    }

    private async Task<(int Count, long Bytes)> EraseBlobsAsync(CancellationToken cancellation)
    {
        int count = 0;
        long bytes = 0;
        foreach (var state in new[] { BlobState.Doomed, BlobState.Live })
        {
            IndexPosition? after = null;
            do
            {
                var page = await store.Blobs.AsSystem().QueryAsync("state", new object[] { state }, new PageRequest(1000, After: after), cancellation);
                foreach (var blob in page.Items.Select(item => item.Value).Where(blob => clock.GetUtcNow() - blob.CreatedAt > Grace || state == BlobState.Doomed))
                {
                    long erased = state == BlobState.Doomed
                        ? await blobs.FinishErasureAsync(blob.Owner, blob.Id, cancellation)
                        : await blobs.EraseIfUnreferencedAsync(blob.Owner, blob.Id, cancellation);
                    count += erased > 0 ? 1 : 0;
                    bytes += erased;
                }

                after = page.Next;
            }
            while (after is not null);
        }

        return (count, bytes);
    }

    // A crash between rename and document leaves a file that nothing names.
    private async Task<int> RemoveOrphansAsync(CancellationToken cancellation)
    {
        int removed = 0;
        await foreach (var file in files.ListAsync(cancellation))
        {
            if (clock.GetUtcNow() - file.WrittenAt <= Grace + TimeSpan.FromHours(limits.Of(HubLimits.UploadHours)))
            {
                continue;
            }

            if (file.IsUpload && await store.Uploads.AsSystem().OwnerOfAsync(file.Id, cancellation) is null)
            {
                await files.RemoveUploadAsync(file.Owner, file.Id, file.Handle, cancellation);
                removed++;
            }
            // Sealed bytes may already lie where the blob will be, long before its document is written.
            else if (!file.IsUpload && await store.Blobs.AsSystem().OwnerOfAsync(file.Id, cancellation) is null && await store.Uploads.AsSystem().OwnerOfAsync(Upload.IdOf(file.Id), cancellation) is null)
            {
                await files.RemoveBlobAsync(file.Owner, file.Id, cancellation);
                removed++;
            }
        }

        return removed;
    }
}
