using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Platform.Contracts.Artifact.V1;
using Platform.Contracts.Hub.V1;
using Platform.ServiceDefaults;
using Platform.Simulation.Tests.Engine;
using Platform.Simulation.Tests.Network;

namespace Platform.Simulation.Tests.Processes;

/// <summary>What the artifact service promises about blobs and references, without bytes. It never dies; its store is tried elsewhere.</summary>
internal sealed class ArtifactProcess(Surroundings world, Process process) : Artifact.ArtifactBase
{
    private readonly Dictionary<string, BlobInfo> _blobs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _uploads = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Kind, string Id, string Blob), (string Lease, bool Confirmed)> _references = [];
    private int _leases;

    public static ArtifactProcess Start(Surroundings world, Process process)
    {
        var artifact = new ArtifactProcess(world, process);
        var methods = new MethodTable(new FailureMapping([]));
        Artifact.BindService(methods, artifact);
        world.Network.Listen("artifact", new Server(process, methods));
        return artifact;
    }

    /// <summary>Puts a blob there that was uploaded before the world began.</summary>
    public void Add(string blobId) => _blobs[blobId] = new BlobInfo { BlobId = blobId, Sha256 = new string('a', 64), SizeBytes = 1000, Generation = 1 };

    public bool IsReferred(string kind, string id, string blob) => _blobs.ContainsKey(blob) && _references.GetValueOrDefault((kind, id, blob)).Confirmed;

    /// <summary>Whether a reference is kept; one that was never confirmed lapses by itself.</summary>
    public bool IsOwner(string kind, string id) => _references.Any(reference => reference.Value.Confirmed && reference.Key.Kind == kind && reference.Key.Id == id);

    public override Task<UploadInfo> OpenUpload(OpenUploadRequest request, ServerCallContext context)
    {
        _uploads.Add(request.UploadId);
        return Task.FromResult(new UploadInfo { UploadId = request.UploadId, Url = "http://artifact/" + request.UploadId, PartBytes = 1 << 20 });
    }

    public override Task<BlobInfo> CompleteUpload(CompleteUploadRequest request, ServerCallContext context)
    {
        if (!_uploads.Contains(request.UploadId))
        {
            throw NotFound(request.UploadId);
        }

        Add("b" + request.UploadId);
        return Task.FromResult(_blobs["b" + request.UploadId].Clone());
    }

    public override Task<SignedDownload> SignDownload(SignDownloadRequest request, ServerCallContext context) => _blobs.ContainsKey(request.BlobId)
        ? Task.FromResult(new SignedDownload { Url = "http://artifact/" + request.BlobId, ExpiresAt = process.Clock.GetUtcNow().AddHours(1).ToTimestamp() })
        : throw NotFound(request.BlobId);

    public override Task<Reference> AddReference(AddReferenceRequest request, ServerCallContext context)
    {
        if (!_blobs.ContainsKey(request.BlobId))
        {
            throw NotFound(request.BlobId);
        }

        Note("is to keep", request.OwnerKind, request.OwnerId);
        var key = (request.OwnerKind, request.OwnerId, request.BlobId);
        _references.TryAdd(key, ($"l{_leases++}", false));
        return Task.FromResult(new Reference { BlobId = request.BlobId, LeaseId = _references[key].Lease });
    }

    public override Task<Reference> ConfirmReference(ConfirmReferenceRequest request, ServerCallContext context)
    {
        var key = (request.OwnerKind, request.OwnerId, request.BlobId);
        Note("keeps", request.OwnerKind, request.OwnerId);
        if (!_references.TryGetValue(key, out var kept) || (request.LeaseId.Length > 0 && request.LeaseId != kept.Lease))
        {
            throw NotFound(request.BlobId);
        }

        _references[key] = (kept.Lease, true);
        return Task.FromResult(new Reference { BlobId = request.BlobId });
    }

    public override Task<RemoveReferencesResponse> RemoveReferences(RemoveReferencesRequest request, ServerCallContext context)
    {
        Note("keeps nothing more", request.OwnerKind, request.OwnerId);
        var removed = _references.Keys.Where(key => key.Kind == request.OwnerKind && key.Id == request.OwnerId).ToList();
        removed.ForEach(key => _references.Remove(key));
        return Task.FromResult(new RemoveReferencesResponse { Removed = removed.Count });
    }

    private void Note(string what, string kind, string id) => world.Trace.Add(process, $"{what} for {kind} {id}");

    private static FailureException NotFound(string what) => new(FailureCode.NotFound, $"there is no {what}");
}
