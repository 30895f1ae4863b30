using Amazon.S3.Model;
using Platform.Artifact.Blobs;
using TestKit;
using TestKit.Servers;

[assembly: AssemblyFixture(typeof(Platform.Artifact.Tests.S3Fixture))]

namespace Platform.Artifact.Tests;

/// <summary>One S3 server for all tests; each has a bucket of its own.</summary>
public sealed class S3Fixture : IAsyncDisposable
{
    private static int s_buckets;

    private readonly TempFolder _folder = new();
    private readonly Lazy<Task<S3Server>> _server;

    public S3Fixture() => _server = new(() => S3Server.StartAsync(_folder.File("s3")));

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated && _server.Value.IsCompletedSuccessfully)
        {
            await (await _server.Value).DisposeAsync();
        }

        _folder.Dispose();
    }

    internal async Task<S3Options> OptionsAsync()
    {
        var server = await _server.Value;
        var options = new S3Options { Endpoint = server.Endpoint, AccessKey = server.AccessKey, SecretKey = server.SecretKey, Bucket = $"test-{Environment.ProcessId}-{Interlocked.Increment(ref s_buckets)}" };
        using var client = new S3Client(options, TimeProvider.System);
        await client.CallAsync(s3 => s3.PutBucketAsync(new PutBucketRequest { BucketName = options.Bucket }), CancellationToken.None);
        return options;
    }
}
