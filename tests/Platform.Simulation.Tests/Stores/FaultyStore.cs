using Platform.Simulation.Tests.Engine;
using Platform.Simulation.Tests.Faults;
using Platform.Store;

namespace Platform.Simulation.Tests.Stores;

/// <summary>
/// A process's way to a database. What is asked may come late, be refused, or take place without an answer; a write that is on its way
/// when its process dies takes place or not, and of several writes perhaps a beginning. What was acknowledged has taken place.
/// </summary>
internal sealed class FaultyStore(Database database, Process process, Chance chance, Weather weather) : IDocumentStore
{
    private static readonly TimeSpan s_slow = TimeSpan.FromMilliseconds(300);

    public Task OpenAsync(IReadOnlyList<CollectionSchema> collections, CancellationToken cancellation)
    {
        database.Open(collections);
        return Task.CompletedTask;
    }

    public Task<InsertOutcome> InsertAsync(string collection, StoredDocument document, CancellationToken cancellation) =>
        AskAsync(() => database.Insert(collection, document, process), writes: true, cancellation);

    public Task<IReadOnlyList<InsertOutcome>> InsertManyAsync(string collection, IReadOnlyList<StoredDocument> documents, CancellationToken cancellation) =>
        AskAsync(() => InsertMany(collection, documents), writes: true, cancellation);

    public Task<StoredDocument?> GetAsync(string collection, string id, CancellationToken cancellation) =>
        AskAsync(() => database.Get(collection, id), writes: false, cancellation);

    public Task<ReplaceOutcome> ReplaceIfVersionAsync(string collection, StoredDocument document, long expectedVersion, CancellationToken cancellation) =>
        AskAsync(() => database.Replace(collection, document, expectedVersion, process), writes: true, cancellation);

    public Task<DocumentPage> QueryAsync(string collection, IndexRange range, CancellationToken cancellation) =>
        AskAsync(() => database.Query(collection, range), writes: false, cancellation);

    public Task<bool> DeleteAsync(string collection, string id, long expectedVersion, CancellationToken cancellation) =>
        AskAsync(() => database.Delete(collection, id, expectedVersion, process), writes: true, cancellation);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // Of a process that has died meanwhile a beginning takes place.
    private IReadOnlyList<InsertOutcome> InsertMany(string collection, IReadOnlyList<StoredDocument> documents) =>
        database.InsertMany(collection, process.IsAlive ? documents : documents.Take(chance.Between(0, documents.Count)), process);

    private async Task<T> AskAsync<T>(Func<T> act, bool writes, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.Scheduler.After(Delay(), database.Process, () => Take(act, writes, answer));
        using var given = cancellation.UnsafeRegister(static (state, token) => ((TaskCompletionSource<T>)state!).TrySetCanceled(token), answer);
        return await answer.Task;
    }

    private void Take<T>(Func<T> act, bool writes, TaskCompletionSource<T> answer)
    {
        if (!process.IsAlive && (!writes || chance.Of(0.5)))
        {
            return;
        }

        if (chance.Of(weather.StoreDown))
        {
            Answer(() => answer.TrySetException(new StoreException(StoreProblem.Unavailable, "the simulated store cannot be reached")));
            return;
        }

        var result = act();
        bool unknown = chance.Of(weather.StoreUnknown);
        Answer(() => _ = unknown ? answer.TrySetException(new StoreException(StoreProblem.Unavailable, "the simulated store did not answer")) : answer.TrySetResult(result));
    }

    private void Answer(Action answer)
    {
        if (process.IsAlive)
        {
            process.Scheduler.After(Delay(), process, answer);
        }
    }

    private TimeSpan Delay() => chance.Of(weather.StoreSlow) ? chance.Around(s_slow) : TimeSpan.Zero;
}
