using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Platform.Artifact.Blobs;

/// <summary>Connections to the object storage, its signatures, and what its errors mean.</summary>
internal sealed class S3Client : IDisposable
{
    // The longest that signatures of version 4 may hold.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(7) - TimeSpan.FromMinutes(1);

    private readonly AmazonS3Client _inside;
    private readonly AmazonS3Client _public;
    private readonly TimeProvider _clock;

    public S3Client(S3Options options, TimeProvider clock)
    {
        Bucket = options.Bucket;
        Endpoint = options.Endpoint;
        _clock = clock;
        var keys = new BasicAWSCredentials(options.ReadAccessKey(), options.ReadSecretKey());
        _inside = new AmazonS3Client(keys, ConfigOf(options.Endpoint, options.Region));
        _public = new AmazonS3Client(keys, ConfigOf(options.PublicEndpoint.Length > 0 ? options.PublicEndpoint : options.Endpoint, options.Region));
    }

    public string Bucket { get; }

    public string Endpoint { get; }

    public void Dispose()
    {
        _inside.Dispose();
        _public.Dispose();
    }

    /// <summary>Calls the storage; what it refuses, and that it cannot be reached, becomes a <see cref="BlobStoreException"/>.</summary>
    /// <exception cref="FileNotFoundException">There is no such object or upload.</exception>
    public async Task<T> CallAsync<T>(Func<IAmazonS3, Task<T>> call, CancellationToken cancellation)
    {
        try
        {
            return await call(_inside);
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.NotFound && error.ErrorCode != "NoSuchBucket")
        {
            throw new FileNotFoundException($"the object storage has no such object or upload: {error.Message}", error);
        }
        catch (AmazonServiceException error)
        {
            bool full = error.StatusCode == HttpStatusCode.InsufficientStorage || error.ErrorCode is "QuotaExceeded" or "XMinioStorageFull" or "InsufficientCapacity";
            throw new BlobStoreException($"the object storage at {Endpoint} refuses: {error.ErrorCode} {error.Message}", full, error);
        }
        catch (Exception error) when (error is AmazonClientException or HttpRequestException || (error is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new BlobStoreException($"the object storage at {Endpoint} cannot be reached: {error.Message}", isFull: false, error);
        }
    }

    /// <summary>Signs an address.</summary>
    /// <param name="request">What it allows; bucket, expiry and scheme are added.</param>
    /// <param name="expiresAt">Its end.</param>
    /// <param name="forClients">Whether it is for clients and not for this service.</param>
    public string Sign(GetPreSignedUrlRequest request, DateTimeOffset expiresAt, bool forClients)
    {
        var client = forClients ? _public : _inside;
        var latest = _clock.GetUtcNow() + s_longest;
        request.BucketName = Bucket;
        request.Expires = (expiresAt < latest ? expiresAt : latest).UtcDateTime;
        request.Protocol = client.Config.ServiceURL.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ? Protocol.HTTPS : Protocol.HTTP;
        return client.GetPreSignedURL(request);
    }

    // Checksums and chunked signatures are younger than most servers; the hash of the whole is checked by us in any case.
    private static AmazonS3Config ConfigOf(string endpoint, string region) => new()
    {
        ServiceURL = endpoint.TrimEnd('/'),
        AuthenticationRegion = region,
        ForcePathStyle = true,
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        MaxErrorRetry = 3,
        Timeout = TimeSpan.FromMinutes(2),
    };
}
