using System.Text;

namespace Platform.Store.Tests;

/// <summary>What every adapter must do; each adapter's tests inherit this.</summary>
public abstract class DocumentStoreConformance : IAsyncLifetime
{
    private static readonly CollectionSchema s_schema = new("things", [new IndexSchema("name", Unique: true), new IndexSchema("rank", Unique: false)], _ => new Dictionary<string, string>());

    protected IDocumentStore Store { get; private set; } = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Whether the server under the adapter compares texts by their UTF-16 units: a stand-in's fault, which only its tests may excuse.</summary>
    protected virtual bool ComparesUtf16 => false;

    protected abstract Task<IDocumentStore> CreateAsync();

    public async ValueTask InitializeAsync()
    {
        Store = await CreateAsync();
        await Store.OpenAsync([s_schema], Cancellation);
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Insert_New_CanBeRead()
    {
        var document = Document("a", rank: 1);
        Assert.Equal(InsertOutcome.Done, await InsertAsync(document));
        AssertSame(document, await Store.GetAsync("things", "a", Cancellation));
    }

    [Fact]
    public async Task Insert_TakenId_IsDuplicate()
    {
        await InsertAsync(Document("a"));
        Assert.Equal(InsertOutcome.Duplicate("id"), await InsertAsync(Document("a", name: "other")));
    }

    [Fact]
    public async Task Insert_TakenUniqueKey_IsDuplicateAndWritesNothing()
    {
        await InsertAsync(Document("a", name: "n"));
        Assert.Equal(InsertOutcome.Duplicate("name"), await InsertAsync(Document("b", name: "n")));
        Assert.Null(await Store.GetAsync("things", "b", Cancellation));
    }

    [Fact]
    public async Task Insert_WithoutUniqueKey_IsNeverDuplicate()
    {
        Assert.True((await InsertAsync(Document("a", name: null))).Inserted);
        Assert.True((await InsertAsync(Document("b", name: null))).Inserted);
    }

    [Fact]
    public async Task InsertMany_WithADuplicate_WritesWhatStandsBeforeIt()
    {
        await InsertAsync(Document("b", name: "n"));
        Assert.Equal([InsertOutcome.Done, InsertOutcome.Duplicate("name")], await Store.InsertManyAsync("things", [Document("a", name: null), Document("x", name: "n"), Document("c", name: null)], Cancellation));
        Assert.NotNull(await Store.GetAsync("things", "a", Cancellation));
        Assert.Null(await Store.GetAsync("things", "c", Cancellation));
    }

    [Fact]
    public async Task InsertMany_New_WritesAll()
    {
        var outcomes = await Store.InsertManyAsync("things", [.. Enumerable.Range(0, 300).Select(i => Document($"d{i}", name: null))], Cancellation);
        Assert.Equal(300, outcomes.Count(outcome => outcome.Inserted));
        Assert.NotNull(await Store.GetAsync("things", "d299", Cancellation));
        Assert.Empty(await Store.InsertManyAsync("things", [], Cancellation));
    }

    [Fact]
    public async Task Get_Unknown_IsNull() => Assert.Null(await Store.GetAsync("things", "none", Cancellation));

    [Fact]
    public async Task Replace_ExpectedVersion_WritesBodyAndKeys()
    {
        await InsertAsync(Document("a", name: "old", rank: 1));
        var changed = Document("a", name: "new", rank: 2) with { Version = 2, Body = Encoding.UTF8.GetBytes("{\"x\":2}") };
        Assert.Equal(ReplaceOutcome.Replaced, await ReplaceAsync(changed, 1));
        AssertSame(changed, await Store.GetAsync("things", "a", Cancellation));
        Assert.True((await InsertAsync(Document("b", name: "old"))).Inserted);
        Assert.Empty((await QueryAsync(new IndexRange("rank", Key(1), Key(2), 10))).Documents);
        Assert.Single((await QueryAsync(new IndexRange("rank", Key(2), Key(3), 10))).Documents);
    }

    [Fact]
    public async Task Replace_OtherVersion_IsConflictAndWritesNothing()
    {
        var document = Document("a");
        await InsertAsync(document);
        Assert.Equal(ReplaceOutcome.Conflict, await ReplaceAsync(Document("a", name: "x") with { Version = 3 }, 2));
        AssertSame(document, await Store.GetAsync("things", "a", Cancellation));
    }

    [Fact]
    public async Task Replace_Unknown_IsMissing() => Assert.Equal(ReplaceOutcome.Missing, await ReplaceAsync(Document("a") with { Version = 2 }, 1));

    [Fact]
    public async Task Replace_TakenUniqueKey_IsDuplicate()
    {
        await InsertAsync(Document("a", name: "n"));
        await InsertAsync(Document("b", name: "m"));
        Assert.Equal(ReplaceOutcome.Duplicate, await ReplaceAsync(Document("b", name: "n") with { Version = 2 }, 1));
    }

    [Fact]
    public async Task Replace_KeyLeftOut_LeavesTheIndex()
    {
        await InsertAsync(Document("a", rank: 5));
        await ReplaceAsync(Document("a", rank: null) with { Version = 2 }, 1);
        Assert.Empty((await QueryAsync(new IndexRange("rank", null, null, 10))).Documents);
    }

    [Fact]
    public async Task Replace_SixteenAtOnce_OneWins()
    {
        await InsertAsync(Document("a"));
        for (long version = 1; version <= 20; version++)
        {
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => ReplaceAsync(Document("a") with { Version = version + 1 }, version), Cancellation)));
            Assert.Equal(1, outcomes.Count(outcome => outcome == ReplaceOutcome.Replaced));
            Assert.Equal(15, outcomes.Count(outcome => outcome == ReplaceOutcome.Conflict));
        }
    }

    [Fact]
    public async Task Replace_ManyAtOnce_EachIsAnsweredByItself()
    {
        const int Count = 60;
        await Task.WhenAll(Enumerable.Range(0, Count).Where(i => i % 4 != 3).Select(i => InsertAsync(Document($"d{i}", name: $"n{i}"))));

        // By turns: written, of another version, with a name that the first has, not there.
        var outcomes = await Task.WhenAll(Enumerable.Range(0, Count).Select(i => ReplaceAsync(Document($"d{i}", name: i % 4 == 2 ? "n0" : $"m{i}") with { Version = 2 }, i % 4 == 1 ? 7 : 1)));
        Assert.Equal(ReplaceOutcome.Replaced, outcomes[0]);
        ReplaceOutcome[] turns = [ReplaceOutcome.Replaced, ReplaceOutcome.Conflict, ReplaceOutcome.Duplicate, ReplaceOutcome.Missing];
        for (int i = 0; i < Count; i++)
        {
            // The first gives its name away at the same time: whoever comes behind it may have it, and only one of them.
            Assert.True(outcomes[i] == turns[i % 4] || (i % 4 == 2 && outcomes[i] == ReplaceOutcome.Replaced), $"{i}: {outcomes[i]}");
            Assert.Equal(outcomes[i] == ReplaceOutcome.Replaced ? 2 : 1, (await Store.GetAsync("things", $"d{i}", Cancellation))?.Version ?? 1);
        }

        Assert.InRange(Enumerable.Range(0, Count).Count(i => i % 4 == 2 && outcomes[i] == ReplaceOutcome.Replaced), 0, 1);
    }

    [Fact]
    public async Task Replace_OfAVersionLongGoneAmongMany_IsConflict()
    {
        const int Count = 60;
        await Task.WhenAll(Enumerable.Range(0, Count).Select(i => InsertAsync(Document($"d{i}", name: $"n{i}"))));
        for (long version = 1; version <= 20; version++)
        {
            await ReplaceAsync(Document("d0", name: "n0") with { Version = version + 1 }, version);
        }

        var outcomes = await Task.WhenAll(Enumerable.Range(0, Count).Select(i => i % 2 == 0 ? ReplaceAsync(Document("d0", name: "n0") with { Version = 4 }, 3) : ReplaceAsync(Document($"d{i}", name: $"n{i}") with { Version = 2 }, 1)));
        Assert.All(Enumerable.Range(0, Count), i => Assert.Equal(i % 2 == 0 ? ReplaceOutcome.Conflict : ReplaceOutcome.Replaced, outcomes[i]));
    }

    [Fact]
    public async Task InsertAndGet_ManyAtOnce_EachIsAnsweredByItself()
    {
        const int Count = 60;
        await InsertAsync(Document("d0", name: "taken"));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, Count).Select(i => InsertAsync(Document($"d{i}", name: i % 3 == 1 ? "taken" : $"n{i}"))));
        var found = await Task.WhenAll(Enumerable.Range(0, Count).Select(i => Store.GetAsync("things", $"d{i}", Cancellation)));
        for (int i = 0; i < Count; i++)
        {
            Assert.Equal(i switch { 0 => "id", _ when i % 3 == 1 => "name", _ => null }, outcomes[i].DuplicateIndex);
            Assert.Equal(i == 0 || outcomes[i].Inserted ? $"d{i}" : null, found[i]?.Id);
        }
    }

    [Fact]
    public async Task Insert_SixteenAtOnceWithOneUniqueKey_OneWins()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => InsertAsync(Document($"d{i}", name: "same")), Cancellation)));
        Assert.Equal(1, outcomes.Count(outcome => outcome.Inserted));
    }

    [Fact]
    public async Task Delete_ExpectedVersion_RemovesDocumentAndKeys()
    {
        await InsertAsync(Document("a", name: "n", rank: 1));
        Assert.False(await Store.DeleteAsync("things", "a", 2, Cancellation));
        Assert.True(await Store.DeleteAsync("things", "a", 1, Cancellation));
        Assert.False(await Store.DeleteAsync("things", "a", 1, Cancellation));
        Assert.Null(await Store.GetAsync("things", "a", Cancellation));
        Assert.True((await InsertAsync(Document("b", name: "n"))).Inserted);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Query_Pages_ReturnEachDocumentOnceInOrder(bool descending)
    {
        for (int i = 0; i < 25; i++)
        {
            await InsertAsync(Document($"d{i:00}", name: null, rank: i / 4));
        }

        var seen = new List<string>();
        IndexPosition? after = null;
        do
        {
            var page = await QueryAsync(new IndexRange("rank", null, null, 7, descending, after));
            seen.AddRange(page.Documents.Select(document => document.Id));
            after = page.Next;
        }
        while (after is not null);

        var expected = Enumerable.Range(0, 25).Select(i => $"d{i:00}");
        Assert.Equal(descending ? expected.Reverse() : expected, seen);
    }

    [Fact]
    public async Task Query_WritesBetweenPages_NeitherRepeatNorSkipTheRest()
    {
        for (int i = 0; i < 10; i++)
        {
            await InsertAsync(Document($"d{i}", name: null, rank: i * 10));
        }

        var first = await QueryAsync(new IndexRange("rank", null, null, 5));
        await InsertAsync(Document("early", name: null, rank: 1));
        await InsertAsync(Document("late", name: null, rank: 55));
        await Store.DeleteAsync("things", "d2", 1, Cancellation);
        var second = await QueryAsync(new IndexRange("rank", null, null, 50, After: first.Next));
        Assert.Equal(["d5", "late", "d6", "d7", "d8", "d9"], second.Documents.Select(document => document.Id));
    }

    [Fact]
    public async Task Query_Range_IsHalfOpen()
    {
        for (int i = 0; i < 5; i++)
        {
            await InsertAsync(Document($"d{i}", name: null, rank: i));
        }

        Assert.Equal(["d1", "d2"], (await QueryAsync(new IndexRange("rank", Key(1), Key(3), 10))).Documents.Select(document => document.Id));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Query_AfterAPlaceOutsideTheRange_StaysInTheRange(bool descending)
    {
        for (int i = 0; i < 5; i++)
        {
            await InsertAsync(Document($"d{i}", name: null, rank: i));
        }

        // A cursor comes back from clients, who may have made it up.
        var before = await QueryAsync(new IndexRange("rank", Key(1), Key(3), 10, descending, new IndexPosition(Key(0), "d0")));
        var behind = await QueryAsync(new IndexRange("rank", Key(1), Key(3), 10, descending, new IndexPosition(Key(4), "d4")));
        Assert.Equal(descending ? [] : ["d1", "d2"], before.Documents.Select(document => document.Id));
        Assert.Equal(descending ? ["d2", "d1"] : [], behind.Documents.Select(document => document.Id));
    }

    [Fact]
    public async Task Query_Offset_Skips()
    {
        for (int i = 0; i < 5; i++)
        {
            await InsertAsync(Document($"d{i}", name: null, rank: i));
        }

        Assert.Equal(["d3", "d4"], (await QueryAsync(new IndexRange("rank", null, null, 10, Offset: 3))).Documents.Select(document => document.Id));
    }

    [Fact]
    public async Task Query_NegativeAndPositiveNumbers_AreInNumericOrder()
    {
        int[] ranks = [-5, int.MinValue, 7, 0, -1, int.MaxValue];
        foreach (int rank in ranks)
        {
            await InsertAsync(Document($"r{rank}", name: null, rank: rank));
        }

        Assert.Equal(ranks.Order().Select(rank => $"r{rank}"), (await QueryAsync(new IndexRange("rank", null, null, 10))).Documents.Select(document => document.Id));
    }

    [Fact]
    public async Task Query_TextKeys_AreInByteOrderWithPartsKeptApart()
    {
        string[] names = ["a", "a!", "a!b", "a\"", "aa", "ab", "A", "ä", "\uE000", "", "a\0b", .. ComparesUtf16 ? Array.Empty<string>() : ["\U0001F600"]];
        for (int i = 0; i < names.Length; i++)
        {
            await InsertAsync(Document($"d{i}", name: names[i]));
        }

        var page = await QueryAsync(new IndexRange("name", null, null, 100));
        var expected = Enumerable.Range(0, names.Length).OrderBy(i => Encoding.UTF8.GetBytes(IndexKey.Of(names[i])), Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b))).Select(i => $"d{i}");
        Assert.Equal(expected, page.Documents.Select(document => document.Id));
        string prefix = IndexKey.Of("a");
        Assert.Equal("d0", Assert.Single((await QueryAsync(new IndexRange("name", prefix, IndexKey.After(prefix), 10))).Documents).Id);
    }

    [Fact]
    public async Task Insert_MegabyteOfUnicode_ComesBackUnchanged()
    {
        string text = string.Concat(Enumerable.Repeat("ä€😀\\\"\u0001", 100_000));
        var document = Document("big") with { Body = Encoding.UTF8.GetBytes(System.Text.Json.JsonSerializer.Serialize(new { text })) };
        await InsertAsync(document);
        AssertSame(document, await Store.GetAsync("things", "big", Cancellation));
    }

    [Fact]
    public async Task Open_Again_KeepsDocuments()
    {
        await InsertAsync(Document("a"));
        await Store.OpenAsync([s_schema], Cancellation);
        Assert.NotNull(await Store.GetAsync("things", "a", Cancellation));
    }

    [Fact]
    public async Task Open_NewIndex_FindsDocumentsWrittenBefore()
    {
        await InsertAsync(Document("a", rank: 3));
        var grown = s_schema with { Indexes = [.. s_schema.Indexes, new IndexSchema("added", Unique: false)], Reindex = _ => new Dictionary<string, string> { ["name"] = IndexKey.Of("a"), ["rank"] = Key(3), ["added"] = IndexKey.Of("x") } };
        await Store.OpenAsync([grown], Cancellation);
        Assert.Equal("a", Assert.Single((await QueryAsync(new IndexRange("added", null, null, 10))).Documents).Id);
        Assert.Equal("a", Assert.Single((await QueryAsync(new IndexRange("rank", null, null, 10))).Documents).Id);
    }

    protected static StoredDocument Document(string id, string? name = "", int? rank = null)
    {
        var keys = new Dictionary<string, string>();
        if (name is not null)
        {
            keys["name"] = IndexKey.Of(name.Length == 0 && id[0] != 'd' ? id : name);
        }

        if (rank is not null)
        {
            keys["rank"] = Key(rank.Value);
        }

        return new StoredDocument(id, "o", 1, Encoding.UTF8.GetBytes($"{{\"id\":\"{id}\"}}"), keys);
    }

    protected Task<InsertOutcome> InsertAsync(StoredDocument document) => Store.InsertAsync("things", document, Cancellation);

    protected Task<ReplaceOutcome> ReplaceAsync(StoredDocument document, long expected) => Store.ReplaceIfVersionAsync("things", document, expected, Cancellation);

    protected Task<DocumentPage> QueryAsync(IndexRange range) => Store.QueryAsync("things", range, Cancellation);

    private static string Key(int rank) => IndexKey.Of(rank);

    private static void AssertSame(StoredDocument expected, StoredDocument? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal((expected.Id, expected.Owner, expected.Version), (actual.Id, actual.Owner, actual.Version));
        Assert.Equal(expected.Body.ToArray(), actual.Body.ToArray());
        Assert.Equal(expected.Keys.OrderBy(key => key.Key), actual.Keys.OrderBy(key => key.Key));
    }
}
