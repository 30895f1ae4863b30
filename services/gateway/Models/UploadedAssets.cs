using Platform.Contracts.Artifact.V1;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Events;
using Platform.ServiceDefaults;
using ArtifactClient = Platform.Contracts.Artifact.V1.Artifact.ArtifactClient;

namespace Platform.Gateway.Models;

/// <summary>What uploads of models and datasets have in common.</summary>
internal sealed class UploadedAssets(ArtifactClient artifact, JobWatcher watcher, IdSource ids, TimeProvider clock)
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500);

    public async Task<UploadInfo> OpenAsync(string owner, long size, string purpose, CancellationToken cancellation)
    {
        if (size < 1)
        {
            throw new FailureException(FailureCode.ArgumentInvalid, $"the {purpose} is empty");
        }

        return await artifact.OpenUploadAsync(new OpenUploadRequest { OrganizationId = owner, UploadId = ids.New('u'), SizeBytes = size, Purpose = purpose }, cancellationToken: cancellation);
    }

    /// <summary>Verifies the bytes and takes a reference to them under a lease.</summary>
    public async Task<BlobInfo> CommitAsync(string owner, string uploadId, string sha256, string ownerKind, string ownerId, CancellationToken cancellation)
    {
        var blob = await artifact.CompleteUploadAsync(new CompleteUploadRequest { OrganizationId = owner, UploadId = uploadId, Sha256 = sha256 }, cancellationToken: cancellation);
        await artifact.AddReferenceAsync(new AddReferenceRequest { OrganizationId = owner, BlobId = blob.BlobId, OwnerKind = ownerKind, OwnerId = ownerId }, cancellationToken: cancellation);
        return blob;
    }

    public async Task ConfirmAsync(string owner, string blobId, string ownerKind, string ownerId, CancellationToken cancellation) =>
        await artifact.ConfirmReferenceAsync(new ConfirmReferenceRequest { OrganizationId = owner, BlobId = blobId, OwnerKind = ownerKind, OwnerId = ownerId }, cancellationToken: cancellation);

    /// <summary>Waits until the asset is no longer being looked at, but not for long: the caller may go on and submit meanwhile.</summary>
    public async Task WaitForInspectionAsync(Func<Task<bool>> isDone, string subject, CancellationToken cancellation)
    {
        using var bound = new CancellationTokenSource(s_longestWait, clock);
        while (!await isDone() && !bound.IsCancellationRequested)
        {
            await Task.WhenAny(watcher.NextChange(subject), Task.Delay(s_look, clock, cancellation));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    public async Task<Download> SignAsync(string owner, string blobId, string fileName, long size, string sha256, CancellationToken cancellation)
    {
        var signed = await artifact.SignDownloadAsync(new SignDownloadRequest { OrganizationId = owner, BlobId = blobId, Filename = fileName }, cancellationToken: cancellation);
        return new Download { Url = signed.Url, Filename = fileName, SizeBytes = size, Sha256 = sha256 };
    }

    /// <summary>The last part of a name that a client sent, without anything a file system or a header could misread.</summary>
    public static string PlainFileName(string name)
    {
        string last = name.Replace('\\', '/').Split('/')[^1];
        string plain = string.Concat(last.Where(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_' or ' ')).Trim();
        return plain.Trim('.').Length == 0 ? "file" : plain[..Math.Min(plain.Length, 120)];
    }
}
