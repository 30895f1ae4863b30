using Microsoft.Extensions.Time.Testing;
using Platform.Gateway.Events;
using Platform.Gateway.Jobs;
using Platform.Store;
using Platform.Store.Memory;
using Platform.Store.Sqlite;
using TestKit;

namespace Platform.Gateway.Tests.Events;

/// <summary>The order of an organization's events, whoever writes them.</summary>
public sealed class EventLogTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("memory")]
    [InlineData("sqlite")]
    public async Task Append_FromTwoGatewaysAtOnce_NumbersWithoutGapsAndEachCauseOnce(string kind)
    {
        using var folder = new TempFolder();
        await using IDocumentStore documents = kind == "memory" ? new MemoryStore() : new SqliteStore(new SqliteStoreOptions(folder.File("log.db")));
        var store = new GatewayStore(documents);
        await store.OpenAsync(Cancellation);
        EventLog first = new(store, TimeProvider.System), second = new(store, TimeProvider.System);
        EventLog[] gateways = [first, second];

        // Every job is appended by both, as after a crash between the log and the job's own document.
        await Task.WhenAll(Enumerable.Range(0, 200).SelectMany(job => gateways.Select(log => Task.Run(() => log.AppendAsync(Owing($"j{job}", 3), Cancellation)))));

        var events = new List<LoggedEvent>();
        IndexPosition? after = null;
        do
        {
            var page = await store.Events.For("o1").QueryAsync("seq", ReadOnlyMemory<object>.Empty, new PageRequest(PageRequest.LargestLimit, After: after), Cancellation);
            events.AddRange(page.Items.Select(item => item.Value));
            after = page.Next;
        }
        while (after is not null);
        Assert.Equal(Enumerable.Range(1, 600).Select(i => (long)i), events.Select(entry => entry.Seq));
        Assert.Equal(600, events.Select(entry => entry.Id).Distinct().Count());
        Assert.All(events.GroupBy(entry => entry.JobId), job => Assert.Equal([0, 1, 2], job.Select(entry => entry.N)));
    }

    [Fact]
    public async Task Append_OfOneThatIsThereAlready_PutsTheOthersBehindIt()
    {
        await using var documents = new MemoryStore();
        var store = new GatewayStore(documents);
        await store.OpenAsync(Cancellation);
        var log = new EventLog(store, TimeProvider.System);
        await log.AppendAsync(Owing("j1", 1), Cancellation);
        await log.AppendAsync(Owing("j1", 3), Cancellation);
        Assert.Equal([1L, 2L, 3L], (await log.OfJobAsync("o1", "j1", 0, Cancellation)).Select(entry => entry.Seq));
    }

    [Fact]
    public async Task After_ManyFollowersOfAGrowingLog_EachSeesAllInOrder()
    {
        await using var documents = new MemoryStore();
        var store = new GatewayStore(documents);
        await store.OpenAsync(Cancellation);
        EventLog writer = new(store, TimeProvider.System), reader = new(store, TimeProvider.System);
        const int Jobs = 1500;
        var followers = Enumerable.Range(0, 50).Select(_ => Task.Run(async () =>
        {
            var seen = new List<long>();
            while (seen.Count < 2 * Jobs)
            {
                seen.AddRange((await reader.AfterAsync("o1", seen.Count, Cancellation)).Select(entry => entry.Seq));
                await Task.Yield();
            }

            return seen;
        })).ToList();
        foreach (var batch in Enumerable.Range(0, Jobs).Chunk(30))
        {
            await Task.WhenAll(batch.Select(job => writer.AppendAsync(Owing($"j{job}", 2), Cancellation)));
        }

        Assert.All(await Task.WhenAll(followers), seen => Assert.Equal(Enumerable.Range(1, 2 * Jobs).Select(i => (long)i), seen));
    }

    [Fact]
    public async Task After_FollowersWhoWaitAtTheEnd_ShareOneRead()
    {
        var log = Enumerable.Range(1, 10).Select(seq => new LoggedEvent { Id = $"e{seq}", Owner = "o1", Seq = seq, JobId = "j", Ver = seq, N = 0, Type = "job.state", At = DateTimeOffset.UnixEpoch, Kind = "Compile", Phase = "Queued", Message = "" }).ToList();
        int reads = 0;
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var tail = new EventTail(
            async (after, _) =>
            {
                if (Interlocked.Increment(ref reads) > 1)
                {
                    await held.Task;
                }

                return log.Where(entry => entry.Seq > after).ToList();
            },
            page: 500);
        Assert.Equal(10, (await tail.AfterAsync(0, Cancellation)).Count);
        var waiting = Enumerable.Range(0, 1000).Select(_ => tail.AfterAsync(10, Cancellation)).ToList();
        log.Add(log[^1] with { Id = "e11", Seq = 11 });
        var late = tail.AfterAsync(10, Cancellation);
        held.SetResult();
        Assert.All(await Task.WhenAll(waiting), events => Assert.Equal(11, Assert.Single(events).Seq));
        Assert.Equal(11, Assert.Single(await late).Seq);
        Assert.InRange(reads, 2, 4);
    }

    [Fact]
    public async Task After_WhatThisGatewayAppends_IsNotReadAgain()
    {
        await using var documents = new CountingStore(new MemoryStore());
        var store = new GatewayStore(documents);
        await store.OpenAsync(Cancellation);
        var log = new EventLog(store, TimeProvider.System);
        await log.AppendAsync(Owing("j0", 1), Cancellation);
        Assert.Single(await log.AfterAsync("o1", 0, Cancellation));
        await log.AppendAsync(Owing("j1", 3), Cancellation);
        int looks = documents.Looks;
        Assert.Equal([2L, 3, 4], (await log.AfterAsync("o1", 1, Cancellation)).Select(entry => entry.Seq));
        Assert.Equal(looks, documents.Looks);
    }

    [Fact]
    public async Task After_APlaceBehindTheEnd_IsEmpty_AndHidesNothingFromOthers()
    {
        await using var documents = new MemoryStore();
        var store = new GatewayStore(documents);
        await store.OpenAsync(Cancellation);
        var log = new EventLog(store, TimeProvider.System);
        await log.AppendAsync(Owing("j1", 3), Cancellation);
        Assert.Empty(await log.AfterAsync("o1", 900, Cancellation));
        Assert.Equal(3, (await log.AfterAsync("o1", 0, Cancellation)).Count);
        Assert.Empty(await log.AfterAsync("o1", 900, Cancellation));
        Assert.Equal(2, (await log.AfterAsync("o1", 1, Cancellation)).Count);
    }

    [Fact]
    public async Task Append_WhereAnotherGatewayWritesToo_LooksWhereTheLogEndsFirst_AndNoMoreOnceItIsAlone()
    {
        await using var documents = new CountingStore(new MemoryStore());
        var store = new GatewayStore(documents);
        await store.OpenAsync(Cancellation);
        var clock = new FakeTimeProvider();
        EventLog first = new(store, clock), second = new(store, clock);
        for (int i = 0; i < 10; i++)
        {
            await first.AppendAsync(Owing($"a{i}", 2), Cancellation);
            await second.AppendAsync(Owing($"b{i}", 2), Cancellation);
            clock.Advance(TimeSpan.FromMilliseconds(20));
        }

        // The second looked before its first write anyway, as the log was not its own; the first met what it did not expect once.
        Assert.Equal(40, await first.LastSeqAsync("o1", Cancellation));
        Assert.InRange(documents.InVain, 1, 2);

        await first.AppendAsync(Owing("c0", 1), Cancellation);
        clock.Advance(TimeSpan.FromMilliseconds(20));
        await first.AppendAsync(Owing("c1", 1), Cancellation);
        int looks = documents.Looks;
        await first.AppendAsync(Owing("c2", 1), Cancellation);
        Assert.Equal(looks, documents.Looks);
        Assert.Equal(43, await first.LastSeqAsync("o1", Cancellation));
    }

    [Fact]
    public async Task Append_WhereAnotherGatewayWritesToo_WaitsAMoment_SoThatMoreGoTogether()
    {
        await using var documents = new CountingStore(new MemoryStore());
        var store = new GatewayStore(documents);
        await store.OpenAsync(Cancellation);
        var clock = new FakeTimeProvider();
        EventLog first = new(store, clock), second = new(store, clock);
        await first.AppendAsync(Owing("a", 1), Cancellation);
        await second.AppendAsync(Owing("b", 1), Cancellation);
        await first.AppendAsync(Owing("c", 1), Cancellation);
        int writes = documents.Writes;
        var waiting = Enumerable.Range(0, 50).Select(i => first.AppendAsync(Owing($"d{i}", 1), Cancellation)).ToList();
        Assert.DoesNotContain(waiting, append => append.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(20));
        await Task.WhenAll(waiting);
        Assert.Equal(writes + 1, documents.Writes);
    }

    private static Job Owing(string id, int effects) => new()
    {
        Id = id,
        Owner = "o1",
        Kind = JobKind.Compile,
        Name = id,
        Creator = "test",
        CreatedAt = DateTimeOffset.UnixEpoch,
        Spec = "{}",
        SpecHash = "",
        IdempotencyKey = id,
        Effects = [.. Enumerable.Range(0, effects).Select(n => new JobEffect(1, n, "job.created", DateTimeOffset.UnixEpoch, "Pending", ""))],
    };

    /// <summary>Counts what is asked of the log.</summary>
    private sealed class CountingStore(IDocumentStore inner) : IDocumentStore
    {
        /// <summary>Writes of events.</summary>
        public int Writes { get; private set; }

        /// <summary>Those of them that found the place taken.</summary>
        public int InVain { get; private set; }

        /// <summary>Questions where the log ends.</summary>
        public int Looks { get; private set; }

        public Task OpenAsync(IReadOnlyList<CollectionSchema> collections, CancellationToken cancellation) => inner.OpenAsync(collections, cancellation);

        public Task<InsertOutcome> InsertAsync(string collection, StoredDocument document, CancellationToken cancellation) => inner.InsertAsync(collection, document, cancellation);

        public async Task<IReadOnlyList<InsertOutcome>> InsertManyAsync(string collection, IReadOnlyList<StoredDocument> documents, CancellationToken cancellation)
        {
            var outcomes = await inner.InsertManyAsync(collection, documents, cancellation);
            Writes++;
            InVain += outcomes.All(outcome => outcome.Inserted) ? 0 : 1;
            return outcomes;
        }

        public Task<StoredDocument?> GetAsync(string collection, string id, CancellationToken cancellation) => inner.GetAsync(collection, id, cancellation);

        public Task<ReplaceOutcome> ReplaceIfVersionAsync(string collection, StoredDocument document, long expectedVersion, CancellationToken cancellation) =>
            inner.ReplaceIfVersionAsync(collection, document, expectedVersion, cancellation);

        public Task<DocumentPage> QueryAsync(string collection, IndexRange range, CancellationToken cancellation)
        {
            Looks++;
            return inner.QueryAsync(collection, range, cancellation);
        }

        public Task<bool> DeleteAsync(string collection, string id, long expectedVersion, CancellationToken cancellation) => inner.DeleteAsync(collection, id, expectedVersion, cancellation);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
