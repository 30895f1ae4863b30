using Testcontainers.MongoDb;

namespace TestKit.Servers;

/// <summary>
/// A MongoDB server for a test run, in this order: the address in <c>HUB_TEST_MONGO</c>, a container, the wire-compatible server of the
/// test material; else the test is skipped with the reason.
/// </summary>
public sealed class MongoServer : IAsyncDisposable
{
    private readonly IAsyncDisposable? _owned;

    private MongoServer(string address, bool isReal, IAsyncDisposable? owned)
    {
        ConnectionString = address;
        IsReal = isReal;
        _owned = owned;
    }

    /// <summary>Address, <c>mongodb://...</c>.</summary>
    public string ConnectionString { get; }

    /// <summary>Whether it is MongoDB itself and not something that speaks like it.</summary>
    public bool IsReal { get; }

    public static async Task<MongoServer> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("HUB_TEST_MONGO") is { Length: > 0 } address)
        {
            return new MongoServer(address, isReal: true, null);
        }

        if (ContainerEngine.IsThere)
        {
            var container = new MongoDbBuilder("mongo:8.0").WithReplicaSet().Build();
            await container.StartAsync();
            return new MongoServer(container.GetConnectionString(), isReal: true, container);
        }

        string folder = SharedMaterial.Require("tools", "mongo-test-server");
        Assert.SkipUnless(ServerProcess.IsOnPath("javac"), "needs HUB_TEST_MONGO, a container engine, or a Java 17 development kit for the test server");
        string program = Path.Combine(AppContext.BaseDirectory, "MongoTestServer", "OrderedMongoServer.java");
        var process = await ServerProcess.StartAsync("java", ["-XX:+UseParallelGC", "-Xmn512m", "-cp", Path.Combine(folder, "lib", "*"), program, "0"], "ready ");
        return new MongoServer($"mongodb://{process.Ready}/", isReal: false, process);
    }

    public ValueTask DisposeAsync() => _owned?.DisposeAsync() ?? ValueTask.CompletedTask;
}
