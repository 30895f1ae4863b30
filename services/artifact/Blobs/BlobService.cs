using Platform.Contracts.Hub.V1;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.Artifact.Blobs;

/// <summary>Commits, finds and erases blobs.</summary>
internal sealed class BlobService(ArtifactStore store, IBlobFiles files, IdSource ids, TimeProvider clock)
{
    /// <summary>A live blob of the organization.</summary>
    public async Task<Blob> GetAsync(string owner, string id, CancellationToken cancellation)
    {
        var blob = await store.Blobs.For(owner).GetAsync(id, cancellation);
        return blob is { Value.State: BlobState.Live } ? blob.Value : throw new FailureException(FailureCode.NotFound, $"there is no blob {id}");
    }

    /// <summary>
    /// Makes verified bytes a blob: promote, then the document. A crash in between leaves bytes without a document, which the
    /// garbage collector removes and a repeated completion finds again. Where the organization has the bytes already, the answer
    /// is that blob, and the upload's own bytes are left to the caller.
    /// </summary>
    public async Task<Blob> CommitAsync(Uploads.Upload upload, CancellationToken cancellation)
    {
        while (true)
        {
            var generations = await GenerationsAsync(upload.Owner, upload.Sha256!, cancellation);
            var live = generations.FirstOrDefault(generation => generation.State == BlobState.Live);
            if (live is not null)
            {
                return live;
            }

            var blob = NewBlob(upload, generations);
            await files.PromoteAsync(upload, cancellation);
            var outcome = await store.Blobs.For(upload.Owner).InsertAsync(blob, cancellation);
            if (outcome.Inserted || outcome.DuplicateIndex == "id")
            {
                return (await store.Blobs.For(upload.Owner).GetAsync(blob.Id, cancellation))!.Value;
            }
        }
    }

    /// <summary>
    /// Removes the bytes of a verified upload whose organization has the same bytes already. They are removed as a doomed blob's:
    /// another instance that is just making them a live blob either is seen here or sees this.
    /// </summary>
    public async Task DiscardAsync(Uploads.Upload upload, CancellationToken cancellation)
    {
        while (true)
        {
            var generations = await GenerationsAsync(upload.Owner, upload.Sha256!, cancellation);
            var doomed = NewBlob(upload, generations) with { State = BlobState.Doomed };
            var outcome = await store.Blobs.For(upload.Owner).InsertAsync(doomed, cancellation);
            if (outcome.Inserted || outcome.DuplicateIndex == "id")
            {
                await files.RemoveUploadAsync(upload.Owner, upload.Id, upload.Handle, cancellation);
                await FinishErasureAsync(upload.Owner, upload.OwnBlobId, cancellation);
                return;
            }
        }
    }

    /// <summary>
    /// Erases a blob that nobody refers to. The references are looked at once more after the blob is doomed: whoever adds
    /// one looks at the state afterwards, so one of the two sees the other.
    /// </summary>
    public async Task<long> EraseIfUnreferencedAsync(string owner, string id, CancellationToken cancellation)
    {
        if (await IsReferencedAsync(owner, id, cancellation))
        {
            return 0;
        }

        var blobs = store.Blobs.For(owner);
        await blobs.UpdateAsync(id, blob => blob.State == BlobState.Live ? blob with { State = BlobState.Doomed } : null, cancellation);
        if (await IsReferencedAsync(owner, id, cancellation))
        {
            await blobs.UpdateAsync(id, blob => blob.State == BlobState.Doomed ? blob with { State = BlobState.Live } : null, cancellation);
            return 0;
        }

        return await FinishErasureAsync(owner, id, cancellation);
    }

    /// <summary>Removes the bytes of a doomed blob.</summary>
    public async Task<long> FinishErasureAsync(string owner, string id, CancellationToken cancellation)
    {
        if (await store.Blobs.For(owner).GetAsync(id, cancellation) is not { Value.State: BlobState.Doomed } doomed)
        {
            return 0;
        }

        await files.RemoveBlobAsync(owner, id, cancellation);
        await store.Blobs.For(owner).UpdateAsync(id, blob => blob.State == BlobState.Doomed ? blob with { State = BlobState.Gone } : null, cancellation);
        return doomed.Value.Size;
    }

    public string NewUploadId() => ids.New('u');

    private Blob NewBlob(Uploads.Upload upload, IEnumerable<Blob> generations) => new()
    {
        Id = upload.OwnBlobId,
        Owner = upload.Owner,
        Sha256 = upload.Sha256!,
        Generation = generations.Select(generation => generation.Generation).DefaultIfEmpty(0).Max() + 1,
        Size = upload.Size,
        CreatedAt = clock.GetUtcNow(),
    };

    private async Task<bool> IsReferencedAsync(string owner, string id, CancellationToken cancellation) =>
        (await store.References.For(owner).QueryAsync("blob", new object[] { id }, new PageRequest(1), cancellation)).Items.Count > 0;

    private async Task<List<Blob>> GenerationsAsync(string owner, string sha256, CancellationToken cancellation)
    {
        var page = await store.Blobs.For(owner).QueryAsync("content", new object[] { sha256 }, new PageRequest(PageRequest.LargestLimit), cancellation);
        return [.. page.Items.Select(item => item.Value)];
    }
}
