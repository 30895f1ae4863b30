using Platform.Artifact.Blobs;
using Platform.Artifact.References;
using Platform.Artifact.Signing;
using Platform.Artifact.Uploads;
using Platform.Store;

namespace Platform.Artifact;

/// <summary>The service's own collections.</summary>
internal sealed class ArtifactStore([FromKeyedServices("artifact")] IDocumentStore store)
{
    private static readonly CollectionDefinition<Upload> s_uploads = new(
        "uploads", upload => upload.Id, upload => upload.Owner,
        new IndexDefinition<Upload>("expiry", upload => upload.State == UploadState.Aborted ? null : IndexKey.Of(upload.ExpiresAt), CrossTenant: true));

    private static readonly CollectionDefinition<Blob> s_blobs = new(
        "blobs", blob => blob.Id, blob => blob.Owner,
        new IndexDefinition<Blob>("content", blob => IndexKey.Of(blob.Sha256, blob.Generation), Unique: true),
        new IndexDefinition<Blob>("state", blob => IndexKey.Of(blob.State, blob.CreatedAt), CrossTenant: true),
        new IndexDefinition<Blob>("owned", blob => IndexKey.Of(blob.State, blob.CreatedAt)));

    private static readonly CollectionDefinition<BlobReference> s_references = new(
        "blob_references", reference => reference.Id, reference => reference.Owner,
        new IndexDefinition<BlobReference>("blob", reference => IndexKey.Of(reference.BlobId)),
        new IndexDefinition<BlobReference>("holder", reference => IndexKey.Of(reference.OwnerKind, reference.OwnerId)),
        new IndexDefinition<BlobReference>("lease", reference => reference.LeaseExpiresAt is { } end ? IndexKey.Of(end) : null, CrossTenant: true));

    private static readonly CollectionDefinition<SigningKey> s_keys = new("signing_keys", key => key.Id, key => key.Owner);

    public Collection<Upload> Uploads { get; } = new(store, s_uploads);

    public Collection<Blob> Blobs { get; } = new(store, s_blobs);

    public Collection<BlobReference> References { get; } = new(store, s_references);

    public Collection<SigningKey> Keys { get; } = new(store, s_keys);

    public Task OpenAsync(CancellationToken cancellation) =>
        store.OpenAsync([s_uploads.Schema, s_blobs.Schema, s_references.Schema, s_keys.Schema], cancellation);
}
