namespace Platform.Store;

/// <summary>The documents of one organization.</summary>
/// <typeparam name="T">Document type.</typeparam>
public sealed class OwnedCollection<T>
    where T : class
{
    private readonly IDocumentStore _store;
    private readonly CollectionDefinition<T> _definition;
    private readonly string _owner;
    private readonly RecentDocuments<T>? _recent;

    internal OwnedCollection(IDocumentStore store, CollectionDefinition<T> definition, string owner, RecentDocuments<T>? recent)
    {
        _store = store;
        _definition = definition;
        _owner = owner;
        _recent = recent;
    }

    /// <summary>Writes a new document.</summary>
    public async Task<InsertOutcome> InsertAsync(T document, CancellationToken cancellation)
    {
        var outcome = await _store.InsertAsync(_definition.Name, Owned(_definition.ToStored(document, 1)), cancellation);
        if (outcome.Inserted)
        {
            _recent?.Saw(_owner, _definition.IdOf(document), new Versioned<T>(document, 1));
        }

        return outcome;
    }

    /// <summary>Writes new documents in their order, up to the first that is a duplicate.</summary>
    /// <returns>What became of those that were tried.</returns>
    public Task<IReadOnlyList<InsertOutcome>> InsertManyAsync(IEnumerable<T> documents, CancellationToken cancellation) =>
        _store.InsertManyAsync(_definition.Name, [.. documents.Select(document => Owned(_definition.ToStored(document, 1)))], cancellation);

    /// <summary>The document, or null when this organization has none of that id.</summary>
    public async Task<Versioned<T>?> GetAsync(string id, CancellationToken cancellation)
    {
        var stored = await _store.GetAsync(_definition.Name, id, cancellation);
        return stored is null || stored.Owner != _owner ? null : _definition.FromStored(stored, _recent);
    }

    /// <summary>Replaces the document if it still has the version it was read at.</summary>
    public async Task<ReplaceOutcome> ReplaceIfVersionAsync(T document, long expectedVersion, CancellationToken cancellation)
    {
        var outcome = await _store.ReplaceIfVersionAsync(_definition.Name, Owned(_definition.ToStored(document, expectedVersion + 1)), expectedVersion, cancellation);
        if (outcome == ReplaceOutcome.Replaced)
        {
            _recent?.Saw(_owner, _definition.IdOf(document), new Versioned<T>(document, expectedVersion + 1));
        }
        else
        {
            _recent?.Forget(_owner, _definition.IdOf(document));
        }

        return outcome;
    }

    /// <summary>Removes the document; false if it is gone or has another version.</summary>
    public async Task<bool> DeleteAsync(string id, long expectedVersion, CancellationToken cancellation)
    {
        _recent?.Forget(_owner, id);
        return await GetAsync(id, cancellation) is not null && await _store.DeleteAsync(_definition.Name, id, expectedVersion, cancellation);
    }

    /// <summary>The document as this process wrote it last, where it remembers that: another may have changed it since, so that only a compare-and-swap may begin with it.</summary>
    public Versioned<T>? Recent(string id) => _recent?.Find(_owner, id);

    /// <summary>
    /// Reads, changes and writes until no other writer came between; null when the document is missing or
    /// <paramref name="change"/> returned null (nothing to do), which is said only of a document that was read.
    /// </summary>
    public async Task<Versioned<T>?> UpdateAsync(string id, Func<T, T?> change, CancellationToken cancellation)
    {
        if (Recent(id) is { } known && change(known.Value) is { } changed && await ReplaceIfVersionAsync(changed, known.Version, cancellation) == ReplaceOutcome.Replaced)
        {
            return new Versioned<T>(changed, known.Version + 1);
        }

        return await GetAsync(id, cancellation) is { } read ? await UpdateAsync(read, id, change, cancellation) : null;
    }

    /// <summary>The same for a document that was just read: it is read again only where another writer came between.</summary>
    public Task<Versioned<T>?> UpdateAsync(Versioned<T> read, Func<T, T?> change, CancellationToken cancellation) =>
        UpdateAsync(read, _definition.IdOf(read.Value), change, cancellation);

    private async Task<Versioned<T>?> UpdateAsync(Versioned<T> read, string id, Func<T, T?> change, CancellationToken cancellation)
    {
        for (var current = read; current is not null; current = await GetAsync(id, cancellation))
        {
            var changed = change(current.Value);
            if (changed is null)
            {
                return null;
            }

            var outcome = await ReplaceIfVersionAsync(changed, current.Version, cancellation);
            if (outcome != ReplaceOutcome.Conflict)
            {
                return outcome == ReplaceOutcome.Replaced ? new Versioned<T>(changed, current.Version + 1) : null;
            }
        }

        return null;
    }

    /// <summary>Documents whose key begins with the given parts, in index order.</summary>
    public Task<Page<T>> QueryAsync(string index, ReadOnlyMemory<object> prefix, PageRequest page, CancellationToken cancellation)
    {
        string key = IndexKey.Of(_owner) + IndexKey.Of(prefix.Span);
        return TypedQuery.RunAsync(_store, _definition, _recent, page.Range(index, key, IndexKey.After(key)), cancellation);
    }

    /// <summary>Documents whose key lies behind <paramref name="start"/>, in index order.</summary>
    public Task<Page<T>> QueryAfterAsync(string index, ReadOnlyMemory<object> start, PageRequest page, CancellationToken cancellation)
    {
        string owner = IndexKey.Of(_owner);
        return TypedQuery.RunAsync(_store, _definition, _recent, page.Range(index, IndexKey.After(owner + IndexKey.Of(start.Span)), IndexKey.After(owner)), cancellation);
    }

    private StoredDocument Owned(StoredDocument document) => document.Owner == _owner
        ? document
        : throw new InvalidOperationException($"a document of {document.Owner} was written as {_owner}");
}
