using Platform.Contracts.Artifact.V1;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Identity;
using ArtifactClient = Platform.Contracts.Artifact.V1.Artifact.ArtifactClient;
using GetUploadRequest = Platform.Contracts.Artifact.V1.GetUploadRequest;

namespace Platform.Gateway.Models;

/// <summary>Uploads as clients see them.</summary>
internal sealed class UploadLookup(ArtifactClient artifact)
{
    public async Task<Upload> GetAsync(CallerIdentity caller, string id, CancellationToken cancellation) =>
        ToMessage(await artifact.GetUploadAsync(new GetUploadRequest { OrganizationId = caller.Owner, UploadId = id }, cancellationToken: cancellation));

    public static Upload ToMessage(UploadInfo info)
    {
        var upload = new Upload { UploadId = info.UploadId, Url = info.Url, PartBytes = info.PartBytes, ExpiresAt = info.ExpiresAt };
        upload.PartsReceived.AddRange(info.PartsReceived);
        upload.PartUrls.AddRange(info.PartUrls);
        return upload;
    }
}
