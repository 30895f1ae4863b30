using Platform.Store.Memory;

namespace Platform.Store.Tests;

/// <summary>Updates that begin with what was written last: no answer differs from that of one that reads first.</summary>
public sealed class RecentDocumentTests : IAsyncDisposable
{
    private static readonly CollectionDefinition<Thing> s_things = new("things", thing => thing.Id, thing => thing.Owner) { RemembersWrites = true };

    private readonly CountingStore _store = new();
    private readonly Collection<Thing> _here;
    private readonly Collection<Thing> _elsewhere;

    public RecentDocumentTests()
    {
        _here = new Collection<Thing>(_store, s_things);
        _elsewhere = new Collection<Thing>(_store, s_things);
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Update_OfWhatWasWrittenHere_ReadsNothing()
    {
        await OpenAsync();
        await _here.For("o").UpdateAsync("a", thing => thing with { Count = thing.Count + 1 }, Cancellation);
        var second = await _here.For("o").UpdateAsync("a", thing => thing with { Count = thing.Count + 1 }, Cancellation);
        Assert.Equal((2, 3L, 0), (second!.Value.Count, second.Version, _store.Reads));
    }

    [Fact]
    public async Task Update_OfWhatSomebodyElseChanged_ChangesTheirs()
    {
        await OpenAsync();
        await _elsewhere.For("o").UpdateAsync("a", thing => thing with { Count = 10 }, Cancellation);
        Assert.Equal(11, (await _here.For("o").UpdateAsync("a", thing => thing with { Count = thing.Count + 1 }, Cancellation))!.Value.Count);
    }

    [Fact]
    public async Task Update_NothingToDoInWhatIsOld_ReadsAgain()
    {
        await OpenAsync();
        await _elsewhere.For("o").UpdateAsync("a", thing => thing with { Count = 10 }, Cancellation);
        Assert.Equal(0, (await _here.For("o").UpdateAsync("a", thing => thing.Count == 10 ? thing with { Count = 0 } : null, Cancellation))!.Value.Count);
    }

    [Fact]
    public async Task Update_OfWhatWasDeletedAndMadeAgain_ChangesTheNewOne()
    {
        await OpenAsync();
        for (int i = 0; i < 3; i++)
        {
            await _here.For("o").UpdateAsync("a", thing => thing with { Count = 1 }, Cancellation);
        }

        await _elsewhere.For("o").DeleteAsync("a", 4, Cancellation);
        Assert.Null(await _here.For("o").UpdateAsync("a", thing => thing with { Count = 2 }, Cancellation));
        await _elsewhere.For("o").InsertAsync(new Thing("a", "o", 7), Cancellation);
        Assert.Equal(8, (await _here.For("o").UpdateAsync("a", thing => thing with { Count = thing.Count + 1 }, Cancellation))!.Value.Count);
    }

    [Fact]
    public async Task Recent_OfAnotherOrganization_IsNothing()
    {
        await OpenAsync();
        Assert.NotNull(_here.For("o").Recent("a"));
        Assert.Null(_here.For("p").Recent("a"));
        Assert.Null(await _here.For("p").UpdateAsync("a", thing => thing with { Count = 1 }, Cancellation));
    }

    [Fact]
    public async Task Recent_SixteenAtOnceInTwoPlaces_NoUpdateIsLost()
    {
        await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => (i % 2 == 0 ? _here : _elsewhere).For("o").UpdateAsync("a", thing => thing with { Count = thing.Count + 1 }, Cancellation)));
        Assert.Equal(16, (await _here.For("o").GetAsync("a", Cancellation))!.Value.Count);
    }

    private async Task OpenAsync()
    {
        await _store.OpenAsync([s_things.Schema], Cancellation);
        await _here.For("o").InsertAsync(new Thing("a", "o", 0), Cancellation);
    }

    private sealed record Thing(string Id, string Owner, int Count);

    /// <summary>Counts reads on their way to a store in memory.</summary>
    private sealed class CountingStore : IDocumentStore
    {
        private readonly MemoryStore _inner = new();

        public int Reads { get; private set; }

        public Task OpenAsync(IReadOnlyList<CollectionSchema> collections, CancellationToken cancellation) => _inner.OpenAsync(collections, cancellation);

        public Task<InsertOutcome> InsertAsync(string collection, StoredDocument document, CancellationToken cancellation) => _inner.InsertAsync(collection, document, cancellation);

        public Task<IReadOnlyList<InsertOutcome>> InsertManyAsync(string collection, IReadOnlyList<StoredDocument> documents, CancellationToken cancellation) =>
            _inner.InsertManyAsync(collection, documents, cancellation);

        public Task<StoredDocument?> GetAsync(string collection, string id, CancellationToken cancellation)
        {
            Reads++;
            return _inner.GetAsync(collection, id, cancellation);
        }

        public Task<ReplaceOutcome> ReplaceIfVersionAsync(string collection, StoredDocument document, long expectedVersion, CancellationToken cancellation) =>
            _inner.ReplaceIfVersionAsync(collection, document, expectedVersion, cancellation);

        public Task<DocumentPage> QueryAsync(string collection, IndexRange range, CancellationToken cancellation) => _inner.QueryAsync(collection, range, cancellation);

        public Task<bool> DeleteAsync(string collection, string id, long expectedVersion, CancellationToken cancellation) => _inner.DeleteAsync(collection, id, expectedVersion, cancellation);

        public ValueTask DisposeAsync() => _inner.DisposeAsync();
    }
}
