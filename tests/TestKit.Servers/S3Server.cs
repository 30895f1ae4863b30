namespace TestKit.Servers;

/// <summary>
/// An S3 server for a test run, in this order: the address in <c>HUB_TEST_S3</c> (<c>http://ACCESS:SECRET@host:port</c>), Debian's
/// OpenStack Swift in a process of its own; else the test is skipped with the reason.
/// </summary>
public sealed class S3Server : IAsyncDisposable
{
    // Debian's modules belong to Debian's interpreter, whatever python3 comes first on the path.
    private const string Python = "/usr/bin/python3";

    private readonly ServerProcess? _owned;

    private S3Server(Uri address, ServerProcess? owned)
    {
        string[] keys = address.UserInfo.Split(':').Select(Uri.UnescapeDataString).ToArray();
        (AccessKey, SecretKey) = (keys[0], keys[1]);
        Endpoint = address.GetLeftPart(UriPartial.Scheme) + address.Authority.Split('@')[^1];
        _owned = owned;
    }

    public string Endpoint { get; }

    public string AccessKey { get; }

    public string SecretKey { get; }

    /// <summary>Starts the server.</summary>
    /// <param name="folder">Its data; the same folder is the same data.</param>
    /// <param name="port">Where it listens; 0 for any.</param>
    public static async Task<S3Server> StartAsync(string folder, int port = 0)
    {
        if (Environment.GetEnvironmentVariable("HUB_TEST_S3") is { Length: > 0 } address)
        {
            return new S3Server(new Uri(address), null);
        }

        Assert.SkipUnless(Directory.Exists("/usr/lib/python3/dist-packages/swift"), "needs HUB_TEST_S3, or the packages swift-proxy, swift-account, swift-container and swift-object");
        port = port > 0 ? port : FreePort.Find();
        var process = await ServerProcess.StartAsync(Python, [RepositoryRoot.Combine("tests", "TestKit.Servers", "swift-s3.py"), folder, $"{port}"], "ready");
        return new S3Server(new Uri($"http://hub%3Atest:testing@127.0.0.1:{port}"), process);
    }

    public ValueTask DisposeAsync() => _owned?.DisposeAsync() ?? ValueTask.CompletedTask;
}
