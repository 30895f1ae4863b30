using Amazon.S3.Model;
using Microsoft.Extensions.Options;
using Platform.Artifact.Blobs;
using Platform.Artifact.Signing;

namespace Platform.Artifact;

/// <summary>Opens the store and the signing key before the first request is served, and makes the bucket where that is wanted.</summary>
internal sealed class ArtifactStart(ArtifactStore store, SigningKeys keys, IOptions<S3Options> s3, IServiceProvider services) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await store.OpenAsync(cancellationToken);
        await keys.LoadAsync(cancellationToken);
        services.GetRequiredService<IBlobFiles>();
        if (s3.Value is { IsOn: true, CreateBucket: true })
        {
            await MakeBucketAsync(services.GetRequiredService<S3Client>(), cancellationToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Two instances may start at once; the one that comes second is told that the bucket is there.
    private static async Task MakeBucketAsync(S3Client client, CancellationToken cancellation)
    {
        var buckets = await client.CallAsync(s3 => s3.ListBucketsAsync(cancellation), cancellation);
        if (buckets.Buckets?.Any(bucket => bucket.BucketName == client.Bucket) == true)
        {
            return;
        }

        try
        {
            await client.CallAsync(s3 => s3.PutBucketAsync(new PutBucketRequest { BucketName = client.Bucket }, cancellation), cancellation);
        }
        catch (BlobStoreException error) when (error.InnerException is Amazon.S3.AmazonS3Exception { ErrorCode: "BucketAlreadyOwnedByYou" or "BucketAlreadyExists" })
        {
            return;
        }
    }
}
