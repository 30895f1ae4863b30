namespace Platform.Store;

/// <summary>
/// The primitives that every adapter offers (architecture 5), and nothing more: each acts on one document and is atomic and
/// durable when it returns. Adapters prove themselves with the conformance kit in tests/Platform.Store.Tests.
/// </summary>
public interface IDocumentStore : IAsyncDisposable
{
    /// <summary>Makes the collections and their indexes, and fills indexes that are new; safe to repeat.</summary>
    Task OpenAsync(IReadOnlyList<CollectionSchema> collections, CancellationToken cancellation);

    /// <summary>Writes a new document.</summary>
    /// <exception cref="StoreException">The store is full or out of reach.</exception>
    Task<InsertOutcome> InsertAsync(string collection, StoredDocument document, CancellationToken cancellation);

    /// <summary>
    /// Writes new documents in their order and stops at the first that is a duplicate: of what it was given, a beginning is written,
    /// also when the process ends in the middle.
    /// </summary>
    /// <returns>What became of those that were tried: all, or as many as up to the duplicate.</returns>
    Task<IReadOnlyList<InsertOutcome>> InsertManyAsync(string collection, IReadOnlyList<StoredDocument> documents, CancellationToken cancellation);

    /// <summary>The document, or null.</summary>
    Task<StoredDocument?> GetAsync(string collection, string id, CancellationToken cancellation);

    /// <summary>Replaces the document if it still has the expected version: the one compare-and-swap that everything rests on.</summary>
    Task<ReplaceOutcome> ReplaceIfVersionAsync(string collection, StoredDocument document, long expectedVersion, CancellationToken cancellation);

    /// <summary>Documents in the order of a declared index.</summary>
    Task<DocumentPage> QueryAsync(string collection, IndexRange range, CancellationToken cancellation);

    /// <summary>Removes the document; false if it is gone or has another version.</summary>
    Task<bool> DeleteAsync(string collection, string id, long expectedVersion, CancellationToken cancellation);
}
