using Platform.Store.Memory;
using Platform.Store.Sqlite;
using TestKit;

namespace Platform.Store.Tests;

public sealed class MemoryStoreTests : DocumentStoreConformance
{
    protected override Task<IDocumentStore> CreateAsync() => Task.FromResult<IDocumentStore>(new MemoryStore());
}

public sealed class SqliteStoreTests : DocumentStoreConformance
{
    private readonly TempFolder _folder = new();

    protected override Task<IDocumentStore> CreateAsync() => Task.FromResult<IDocumentStore>(new SqliteStore(new SqliteStoreOptions(_folder.File("db"))));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public void Open_SecondTime_IsLocked()
    {
        var error = Assert.Throws<StoreException>(() => new SqliteStore(new SqliteStoreOptions(_folder.File("db"))));
        Assert.Equal(StoreProblem.Locked, error.Problem);
    }

    [Fact]
    public void Open_FileThatIsNoDatabase_IsUnreadable()
    {
        File.WriteAllText(_folder.File("other"), new string('x', 8192));
        var error = Assert.Throws<StoreException>(() => new SqliteStore(new SqliteStoreOptions(_folder.File("other"))));
        Assert.Equal(StoreProblem.Unreadable, error.Problem);
    }

    [Fact]
    public async Task Replace_OfAnIdMadeAnewInTheSameBatch_ChangesEveryIndex()
    {
        for (int i = 0; i < 50; i++)
        {
            string id = $"a{i}";
            await InsertAsync(Document(id, rank: 5));

            // Not awaited one by one: they are written together, while what is remembered of the id is the first document.
            var deleted = Store.DeleteAsync("things", id, 1, Cancellation);
            var inserted = InsertAsync(Document(id, rank: 7));
            var replaced = Store.ReplaceIfVersionAsync("things", Document(id, rank: 5) with { Version = 2 }, 1, Cancellation);
            Assert.True(await deleted && (await inserted).Inserted);
            Assert.Equal(ReplaceOutcome.Replaced, await replaced);
        }

        Assert.Empty((await Store.QueryAsync("things", new IndexRange("rank", IndexKey.Of(7), null, 100), Cancellation)).Documents);
        Assert.Equal(50, (await Store.QueryAsync("things", new IndexRange("rank", IndexKey.Of(5), IndexKey.Of(6), 100), Cancellation)).Documents.Count);
    }

    [Fact]
    public async Task Backup_WhileInUse_HoldsEveryDocument()
    {
        await InsertAsync(Document("a"));
        await ((SqliteStore)Store).BackupAsync(_folder.File("copy"), Cancellation);
        await InsertAsync(Document("b"));

        await using var copy = new SqliteStore(new SqliteStoreOptions(_folder.File("copy")));
        await copy.OpenAsync([new CollectionSchema("things", [], _ => new Dictionary<string, string>())], Cancellation);
        Assert.NotNull(await copy.GetAsync("things", "a", Cancellation));
        Assert.Null(await copy.GetAsync("things", "b", Cancellation));
    }
}
