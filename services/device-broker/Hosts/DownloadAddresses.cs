using System.Collections.Concurrent;
using Platform.Contracts.Artifact.V1;
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

    private readonly ConcurrentDictionary<(string Owner, string BlobId, string FileName), (string Url, DateTimeOffset Until)> _known = new();

    /// <summary>An address with at least half of its time left; "" for no file.</summary>
    public async Task<string> OfAsync(string owner, string blobId, string fileName, CancellationToken cancellation)
    {
        if (blobId.Length == 0)
        {
            return "";
        }

        var file = (owner, blobId, fileName);
        if (_known.TryGetValue(file, out var known) && known.Until > clock.GetUtcNow())
        {
            return known.Url;
        }

        var signed = await artifact.SignDownloadAsync(new SignDownloadRequest { OrganizationId = owner, BlobId = blobId, Filename = fileName }, cancellationToken: cancellation);
        Remember(file, signed);
        return signed.Url;
    }

    private void Remember((string Owner, string BlobId, string FileName) file, SignedDownload signed)
    {
        var now = clock.GetUtcNow();
        if (_known.Count >= Most)
        {
            _known.Clear();
        }

        var halfOfItsTime = (signed.ExpiresAt.ToDateTimeOffset() - now) / 2;
        _known[file] = (signed.Url, now + (halfOfItsTime < s_memory ? halfOfItsTime : s_memory));
    }
}
