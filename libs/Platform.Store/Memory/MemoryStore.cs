namespace Platform.Store.Memory;

/// <summary>Documents in memory, for tests and simulation. One lock; every operation is atomic.</summary>
public sealed class MemoryStore : IDocumentStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, MemoryCollection> _collections = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task OpenAsync(IReadOnlyList<CollectionSchema> collections, CancellationToken cancellation)
    {
        lock (_lock)
        {
            foreach (var schema in collections)
            {
                _collections.TryAdd(schema.Name, new MemoryCollection());
                _collections[schema.Name].Declare(schema);
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<InsertOutcome> InsertAsync(string collection, StoredDocument document, CancellationToken cancellation)
    {
        lock (_lock)
        {
            return Task.FromResult(_collections[collection].Insert(document));
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<InsertOutcome>> InsertManyAsync(string collection, IReadOnlyList<StoredDocument> documents, CancellationToken cancellation)
    {
        lock (_lock)
        {
            return Task.FromResult(Ordered.Insert(documents, _collections[collection].Insert));
        }
    }

    /// <inheritdoc/>
    public Task<StoredDocument?> GetAsync(string collection, string id, CancellationToken cancellation)
    {
        lock (_lock)
        {
            return Task.FromResult(_collections[collection].Get(id));
        }
    }

    /// <inheritdoc/>
    public Task<ReplaceOutcome> ReplaceIfVersionAsync(string collection, StoredDocument document, long expectedVersion, CancellationToken cancellation)
    {
        lock (_lock)
        {
            return Task.FromResult(_collections[collection].Replace(document, expectedVersion));
        }
    }

    /// <inheritdoc/>
    public Task<DocumentPage> QueryAsync(string collection, IndexRange range, CancellationToken cancellation)
    {
        lock (_lock)
        {
            return Task.FromResult(_collections[collection].Query(range));
        }
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string collection, string id, long expectedVersion, CancellationToken cancellation)
    {
        lock (_lock)
        {
            return Task.FromResult(_collections[collection].Delete(id, expectedVersion));
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
