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
        using EventLog first = new(store), second = new(store);
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
        using var log = new EventLog(store);
        await log.AppendAsync(Owing("j1", 1), Cancellation);
        await log.AppendAsync(Owing("j1", 3), Cancellation);
        Assert.Equal([1L, 2L, 3L], (await log.OfJobAsync("o1", "j1", 0, Cancellation)).Select(entry => entry.Seq));
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
}
