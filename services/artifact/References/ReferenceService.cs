using Platform.Artifact.Blobs;
using Platform.Contracts.Hub.V1;
using Platform.ServiceDefaults;
using Platform.Store;

namespace Platform.Artifact.References;

/// <summary>Adds, confirms and removes references; the last one to go takes the bytes with it.</summary>
internal sealed class ReferenceService(ArtifactStore store, BlobService blobs, LimitSettings limits, IdSource ids, TimeProvider clock)
{
    public async Task<BlobReference> AddAsync(string owner, string blobId, string ownerKind, string ownerId, CancellationToken cancellation)
    {
        var references = store.References.For(owner);
        var reference = new BlobReference
        {
            Id = BlobReference.IdOf(blobId, ownerKind, ownerId),
            Owner = owner,
            BlobId = blobId,
            OwnerKind = ownerKind,
            OwnerId = ownerId,
            LeaseId = ids.New('l'),
            LeaseExpiresAt = clock.GetUtcNow().AddMinutes(limits.Of(HubLimits.ReferenceLeaseMinutes)),
        };
        await references.InsertAsync(reference, cancellation);

        // After the insertion on purpose: an erasure that began before sees the reference, one that began earlier is seen here.
        await blobs.GetAsync(owner, blobId, cancellation);
        return (await references.GetAsync(reference.Id, cancellation))!.Value;
    }

    /// <summary>Keeps a reference for good.</summary>
    /// <exception cref="FailureException">NOT_FOUND: it was removed, even if another lease has begun since.</exception>
    public async Task<BlobReference> ConfirmAsync(string owner, string blobId, string ownerKind, string ownerId, string leaseId, CancellationToken cancellation)
    {
        var references = store.References.For(owner);
        string id = BlobReference.IdOf(blobId, ownerKind, ownerId);
        await references.UpdateAsync(id, reference => reference.LeaseExpiresAt is null || !IsOf(reference, leaseId) ? null : reference with { LeaseExpiresAt = null }, cancellation);
        return (await references.GetAsync(id, cancellation))?.Value is { } confirmed && IsOf(confirmed, leaseId)
            ? confirmed
            : throw new FailureException(FailureCode.NotFound, $"{ownerKind} {ownerId} has no reference to blob {blobId}");
    }

    private static bool IsOf(BlobReference reference, string leaseId) => leaseId.Length == 0 || reference.LeaseId == leaseId;

    public async Task<int> RemoveAsync(string owner, string ownerKind, string ownerId, CancellationToken cancellation)
    {
        var page = await store.References.For(owner).QueryAsync("holder", new object[] { ownerKind, ownerId }, new PageRequest(PageRequest.LargestLimit), cancellation);
        foreach (var reference in page.Items)
        {
            await RemoveAsync(reference, cancellation);
        }

        return page.Items.Count;
    }

    public async Task RemoveAsync(Versioned<BlobReference> reference, CancellationToken cancellation)
    {
        if (await store.References.For(reference.Value.Owner).DeleteAsync(reference.Value.Id, reference.Version, cancellation))
        {
            await blobs.EraseIfUnreferencedAsync(reference.Value.Owner, reference.Value.BlobId, cancellation);
        }
    }
}
