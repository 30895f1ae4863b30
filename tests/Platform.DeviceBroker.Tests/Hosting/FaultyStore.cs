using Platform.Store;

namespace Platform.DeviceBroker.Tests.Hosting;

/// <summary>A broker died at this write.</summary>
internal sealed class CrashException : Exception;

/// <summary>
/// One broker's way to a store that it shares: lets others in between at every call, and fails every write from one on as
/// if the process had died there, before or after the write took place.
/// </summary>
/// <param name="inner">The shared store.</param>
/// <param name="writes">Writes that succeed.</param>
/// <param name="lastOneLands">Whether the write at which it dies takes place.</param>
internal sealed class FaultyStore(IDocumentStore inner, int writes = int.MaxValue, bool lastOneLands = false) : IDocumentStore
{
    private int _left = writes;

    public bool HasCrashed { get; private set; }

    public Task OpenAsync(IReadOnlyList<CollectionSchema> collections, CancellationToken cancellation) => inner.OpenAsync(collections, cancellation);

    public Task<InsertOutcome> InsertAsync(string collection, StoredDocument document, CancellationToken cancellation) => WriteAsync(() => inner.InsertAsync(collection, document, cancellation));

    public Task<IReadOnlyList<InsertOutcome>> InsertManyAsync(string collection, IReadOnlyList<StoredDocument> documents, CancellationToken cancellation) =>
        WriteAsync(() => inner.InsertManyAsync(collection, documents, cancellation));

    public async Task<StoredDocument?> GetAsync(string collection, string id, CancellationToken cancellation)
    {
        await Task.Yield();
        return HasCrashed ? throw new CrashException() : await inner.GetAsync(collection, id, cancellation);
    }

    public Task<ReplaceOutcome> ReplaceIfVersionAsync(string collection, StoredDocument document, long expectedVersion, CancellationToken cancellation) =>
        WriteAsync(() => inner.ReplaceIfVersionAsync(collection, document, expectedVersion, cancellation));

    public async Task<DocumentPage> QueryAsync(string collection, IndexRange range, CancellationToken cancellation)
    {
        await Task.Yield();
        return HasCrashed ? throw new CrashException() : await inner.QueryAsync(collection, range, cancellation);
    }

    public Task<bool> DeleteAsync(string collection, string id, long expectedVersion, CancellationToken cancellation) => WriteAsync(() => inner.DeleteAsync(collection, id, expectedVersion, cancellation));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<T> WriteAsync<T>(Func<Task<T>> write)
    {
        await Task.Yield();
        if (!HasCrashed && Interlocked.Decrement(ref _left) >= 0)
        {
            return await write();
        }

        bool lands = !HasCrashed && lastOneLands;
        HasCrashed = true;
        if (lands)
        {
            await write();
        }

        throw new CrashException();
    }
}
