using Platform.Simulation.Tests.Engine;
using Platform.Store;

namespace Platform.Simulation.Tests.Stores;

/// <summary>The database as it is, at once and without faults: for what is there before a world begins, and for the conformance kit.</summary>
internal sealed class PlainStore(Database database, Process process) : IDocumentStore
{
    private readonly Lock _lock = new();

    public Task OpenAsync(IReadOnlyList<CollectionSchema> collections, CancellationToken cancellation)
    {
        database.Open(collections);
        return Task.CompletedTask;
    }

    public Task<InsertOutcome> InsertAsync(string collection, StoredDocument document, CancellationToken cancellation) => Do(() => database.Insert(collection, document, process));

    public Task<IReadOnlyList<InsertOutcome>> InsertManyAsync(string collection, IReadOnlyList<StoredDocument> documents, CancellationToken cancellation) =>
        Do(() => database.InsertMany(collection, documents, process));

    public Task<StoredDocument?> GetAsync(string collection, string id, CancellationToken cancellation) => Do(() => database.Get(collection, id));

    public Task<ReplaceOutcome> ReplaceIfVersionAsync(string collection, StoredDocument document, long expectedVersion, CancellationToken cancellation) =>
        Do(() => database.Replace(collection, document, expectedVersion, process));

    public Task<DocumentPage> QueryAsync(string collection, IndexRange range, CancellationToken cancellation) => Do(() => database.Query(collection, range));

    public Task<bool> DeleteAsync(string collection, string id, long expectedVersion, CancellationToken cancellation) => Do(() => database.Delete(collection, id, expectedVersion, process));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task<T> Do<T>(Func<T> act)
    {
        lock (_lock)
        {
            return Task.FromResult(act());
        }
    }
}
