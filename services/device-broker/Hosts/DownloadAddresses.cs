using Platform.Contracts.Artifact.V1;
using Platform.ServiceDefaults;
using ArtifactClient = Platform.Contracts.Artifact.V1.Artifact.ArtifactClient;

namespace Platform.DeviceBroker.Hosts;

/// <summary>
/// Addresses from which hosts fetch models and datasets. Runs of one file that start within moments of each other are given the same
/// address: signing one costs a call to the artifact service.
/// </summary>
internal sealed class DownloadAddresses(ArtifactClient artifact, TimeProvider clock)
{
    private const int Most = 10_000;
    private static readonly TimeSpan s_memory = TimeSpan.FromSeconds(10);

    private readonly ShortMemory<(string Owner, string BlobId, string FileName), string> _known = new(Most, clock);

    /// <summary>An address with at least half of its time left; "" for no file.</summary>
    public async Task<string> OfAsync(string owner, string blobId, string fileName, CancellationToken cancellation)
    {
        if (blobId.Length == 0)
        {
            return "";
        }

        var file = (owner, blobId, fileName);
        if (_known.Recall(file) is { } known)
        {
            return known;
        }

        var signed = await artifact.SignDownloadAsync(new SignDownloadRequest { OrganizationId = owner, BlobId = blobId, Filename = fileName }, cancellationToken: cancellation);
        var halfOfItsTime = (signed.ExpiresAt.ToDateTimeOffset() - clock.GetUtcNow()) / 2;
        _known.Remember(file, signed.Url, halfOfItsTime < s_memory ? halfOfItsTime : s_memory);
        return signed.Url;
    }
}
