using System.Diagnostics;
using System.Text;
using Platform.Store;
using Platform.Store.Mongo;
using TestKit.Servers;

namespace PlatformBench;

/// <summary>
/// The writes that a job without work takes, through the same adapter into the same kind of server, and nothing else: no services, no
/// calls between them, no doorbells, no reads. What the platform can reach on this machine lies below it.
/// </summary>
internal static class StoreAlone
{
    private const int Callers = 32;

    // As the gateway and the broker write them: the job four times, its events in two batches; the run four times, its device twice.
    private static readonly (string Collection, int Bytes, int Indexes, int Replacements)[] s_documents =
        [("jobs", 2300, 9, 3), ("audit", 300, 2, 0), ("reports", 150, 0, 0), ("attempts", 400, 1, 0), ("runs", 1500, 2, 3), ("devices", 900, 3, 1)];

    /// <returns>Jobs a second.</returns>
    public static async Task<double> RateAsync(int jobs)
    {
        await using var server = await MongoServer.StartAsync();
        await using var store = new MongoStore(new MongoStoreOptions(server.ConnectionString, "alone"));
        await store.OpenAsync([.. s_documents.Select(kind => SchemaOf(kind.Collection, kind.Indexes)), SchemaOf("events", 2)], CancellationToken.None);
        await WriteAsync(store, 0, jobs);
        long began = Stopwatch.GetTimestamp();
        await WriteAsync(store, jobs, jobs);
        return jobs / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static CollectionSchema SchemaOf(string name, int indexes) => new(name, [.. Enumerable.Range(0, indexes).Select(i => new IndexSchema($"i{i}", Unique: i == 0))], _ => new Dictionary<string, string>());

    private static Task WriteAsync(MongoStore store, int first, int count) => Parallel.ForAsync(
        first, first + count, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (job, cancellation) =>
        {
            foreach (var (collection, bytes, indexes, replacements) in s_documents)
            {
                await store.InsertAsync(collection, Document(job, 1, bytes, indexes), cancellation);
                for (int version = 1; version <= replacements; version++)
                {
                    await store.ReplaceIfVersionAsync(collection, Document(job, version + 1, bytes, indexes), version, cancellation);
                }
            }

            foreach (int batch in new[] { 0, 1 })
            {
                await store.InsertManyAsync("events", [.. Enumerable.Range(0, 2).Select(i => Document((4 * job) + (2 * batch) + i, 1, 300, 2))], cancellation);
            }
        });

    private static StoredDocument Document(int number, long version, int bytes, int indexes) => new(
        $"d{number:00000000}", "organization", version, Encoding.UTF8.GetBytes($"{{\"text\":\"{new string('x', bytes)}\"}}"),
        Enumerable.Range(0, indexes).ToDictionary(i => $"i{i}", i => $"organization {number:00000000} {(i == 1 ? version : i)}"));
}
