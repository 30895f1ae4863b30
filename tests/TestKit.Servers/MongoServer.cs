using MongoDB.Bson;
using MongoDB.Driver;
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
        var process = await ServerProcess.StartAsync("java", ["-cp", Path.Combine(folder, "lib", "*"), Path.Combine(folder, "MongoTestServer.java"), "0"], "ready ");
        return new MongoServer($"mongodb://{process.Ready}/", isReal: false, process);
    }

    /// <summary>
    /// Lets the test server find documents by id and version: it takes an index only where a filter names its fields and no others, and
    /// would read the whole collection for each compare-and-swap. MongoDB itself finds them by their id.
    /// </summary>
    /// <param name="prefix">How the names of the databases begin.</param>
    public async Task IndexVersionsAsync(string prefix)
    {
        if (IsReal)
        {
            return;
        }

        using var client = new MongoClient(ConnectionString);
        var byVersion = new CreateIndexModel<BsonDocument>(Builders<BsonDocument>.IndexKeys.Ascending("_id").Ascending("ver"), new CreateIndexOptions { Unique = true });
        foreach (string name in (await (await client.ListDatabaseNamesAsync()).ToListAsync()).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            var database = client.GetDatabase(name);
            foreach (string collection in await (await database.ListCollectionNamesAsync()).ToListAsync())
            {
                await database.GetCollection<BsonDocument>(collection).Indexes.CreateOneAsync(byVersion);
            }
        }
    }

    public ValueTask DisposeAsync() => _owned?.DisposeAsync() ?? ValueTask.CompletedTask;
}
