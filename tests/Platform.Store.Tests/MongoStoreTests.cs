using System.Text;
using MongoDB.Bson;
using MongoDB.Driver;
using Platform.Store.Mongo;
using TestKit.Servers;

[assembly: AssemblyFixture(typeof(Platform.Store.Tests.MongoFixture))]

namespace Platform.Store.Tests;

/// <summary>One server for all tests; each has a database of its own.</summary>
public sealed class MongoFixture : IAsyncDisposable
{
    private readonly Lazy<Task<MongoServer>> _server = new(MongoServer.StartAsync);

    public Task<MongoServer> Server => _server.Value;

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated && _server.Value.IsCompletedSuccessfully)
        {
            await (await _server.Value).DisposeAsync();
        }
    }
}

public sealed class MongoStoreTests(MongoFixture fixture) : DocumentStoreConformance
{
    private static int s_databases;
    private static readonly CollectionSchema s_older = new("things", [new IndexSchema("name", Unique: true)], _ => new Dictionary<string, string>());

    private readonly string _database = $"test_{Environment.ProcessId}_{Interlocked.Increment(ref s_databases)}";

    private bool _isReal;

    protected override bool ComparesUtf16 => !_isReal;

    protected override async Task<IDocumentStore> CreateAsync()
    {
        var server = await fixture.Server;
        _isReal = server.IsReal;
        return new MongoStore(new MongoStoreOptions(server.ConnectionString, _database));
    }

    [Fact]
    public async Task Open_DocumentsOfAnOlderVersion_StandInTheNewIndex()
    {
        await using var older = await CreateAsync();
        await older.OpenAsync([s_older], Cancellation);
        await older.InsertAsync("things", new StoredDocument("old", "o", 1, "{\"rank\":7}"u8.ToArray(), new Dictionary<string, string> { ["name"] = "n" }), Cancellation);

        await using var newer = await CreateAsync();
        await newer.OpenAsync([Newer()], Cancellation);
        var page = await newer.QueryAsync("things", new IndexRange("level", null, null, 10), Cancellation);
        var found = Assert.Single(page.Documents);
        Assert.Equal(("old", 1L, "7"), (found.Id, found.Version, found.Keys["level"]));
    }

    [Fact]
    public async Task Replace_ByAnOlderVersion_LeavesKeysItDoesNotKnow()
    {
        await using var newer = await CreateAsync();
        await newer.OpenAsync([Newer()], Cancellation);
        await newer.InsertAsync("things", new StoredDocument("a", "o", 1, "{\"rank\":7}"u8.ToArray(), new Dictionary<string, string> { ["name"] = "n", ["level"] = "7" }), Cancellation);

        await using var older = await CreateAsync();
        await older.OpenAsync([s_older], Cancellation);
        await older.ReplaceIfVersionAsync("things", new StoredDocument("a", "o", 2, "{\"rank\":7,\"x\":1}"u8.ToArray(), new Dictionary<string, string> { ["name"] = "m" }), 1, Cancellation);

        var page = await newer.QueryAsync("things", new IndexRange("level", "7", null, 10), Cancellation);
        Assert.Equal(2, Assert.Single(page.Documents).Version);
    }

    [Fact]
    public async Task Rows_AreOfTheDocumentedForm()
    {
        await InsertAsync(Document("a", name: "n", rank: 3));
        using var client = new MongoClient((await fixture.Server).ConnectionString);
        var row = await client.GetDatabase(_database).GetCollection<BsonDocument>("things").Find(new BsonDocument()).FirstAsync(Cancellation);
        Assert.Equal(["_id", "body", "ix_name", "ix_rank", "known", "owner", "ver"], row.Names.Order(StringComparer.Ordinal));
        Assert.Equal("name,rank", row["known"].AsString);
        Assert.Equal(Encoding.UTF8.GetString(Document("a", name: "n", rank: 3).Body.Span), row["body"].AsString);
    }

    [Fact]
    public async Task Replace_TogetherWithOthers_LeavesAFewMarksAndStaysReadable()
    {
        string[] ids = [.. Enumerable.Range(0, 12).Select(i => $"d{i}")];
        await Task.WhenAll(ids.Select(id => InsertAsync(Document(id, name: id))));
        for (long version = 1; version <= 30; version++)
        {
            var outcomes = await Task.WhenAll(ids.Select(id => ReplaceAsync(Document(id, name: id) with { Version = version + 1 }, version)));
            Assert.All(outcomes, outcome => Assert.Equal(ReplaceOutcome.Replaced, outcome));
        }

        using var client = new MongoClient((await fixture.Server).ConnectionString);
        var rows = await client.GetDatabase(_database).GetCollection<BsonDocument>("things").Find(new BsonDocument()).ToListAsync(Cancellation);
        Assert.InRange(rows.Max(row => row.TryGetValue("marks", out var marks) ? marks.AsBsonArray.Count : 0), 1, 8);
        Assert.All(await Task.WhenAll(ids.Select(id => Store.GetAsync("things", id, Cancellation))), document => Assert.Equal(31, document!.Version));
    }

    [Fact]
    public async Task Insert_ServerOutOfReach_IsUnavailable()
    {
        await using var store = new MongoStore(new MongoStoreOptions("mongodb://127.0.0.1:1/", "x") { Patience = TimeSpan.FromMilliseconds(300) });
        var error = await Assert.ThrowsAsync<StoreException>(() => store.OpenAsync([s_older], Cancellation));
        Assert.Equal(StoreProblem.Unavailable, error.Problem);
    }

    [Fact]
    public void Create_BadAddress_IsRefusedWithoutItsPassword()
    {
        var error = Assert.Throws<StoreException>(() => new MongoStore(new MongoStoreOptions("mongo://user:secret@host/", "x")));
        Assert.Equal(StoreProblem.Unreadable, error.Problem);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    private static CollectionSchema Newer() => new(
        "things",
        [new IndexSchema("name", Unique: true), new IndexSchema("level", Unique: false)],
        body => new Dictionary<string, string> { ["name"] = "n", ["level"] = System.Text.Json.JsonDocument.Parse(body).RootElement.GetProperty("rank").ToString() });
}
