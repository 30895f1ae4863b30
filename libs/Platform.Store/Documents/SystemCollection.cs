namespace Platform.Store;

/// <summary>Scans over all organizations.</summary>
/// <typeparam name="T">Document type.</typeparam>
public sealed class SystemCollection<T>
    where T : class
{
    private readonly IDocumentStore _store;
    private readonly CollectionDefinition<T> _definition;
    private readonly RecentDocuments<T>? _recent;

    internal SystemCollection(IDocumentStore store, CollectionDefinition<T> definition, RecentDocuments<T>? recent)
    {
        _store = store;
        _definition = definition;
        _recent = recent;
    }

    /// <summary>The organization that owns an id; null when there is no such document.</summary>
    public async Task<string?> OwnerOfAsync(string id, CancellationToken cancellation) =>
        (await _store.GetAsync(_definition.Name, id, cancellation))?.Owner;

    /// <summary>The document of an id, whoever owns it; null when there is none. For what an id itself proves, such as a token.</summary>
    public async Task<Versioned<T>?> FindAsync(string id, CancellationToken cancellation) =>
        await _store.GetAsync(_definition.Name, id, cancellation) is { } stored ? _definition.FromStored(stored, _recent) : null;

    /// <summary>Documents whose key in a cross-tenant index begins with the given parts.</summary>
    public Task<Page<T>> QueryAsync(string index, ReadOnlyMemory<object> prefix, PageRequest page, CancellationToken cancellation)
    {
        Require(index);
        string? key = prefix.IsEmpty ? null : IndexKey.Of(prefix.Span);
        return TypedQuery.RunAsync(_store, _definition, _recent, page.Range(index, key, key is null ? null : IndexKey.After(key)), cancellation);
    }

    /// <summary>Documents whose key in a cross-tenant index lies before <paramref name="end"/>: what is due.</summary>
    public Task<Page<T>> QueryBeforeAsync(string index, ReadOnlyMemory<object> end, PageRequest page, CancellationToken cancellation)
    {
        Require(index);
        return TypedQuery.RunAsync(_store, _definition, _recent, page.Range(index, null, IndexKey.Of(end.Span)), cancellation);
    }

    private void Require(string index)
    {
        if (!_definition.Index(index).CrossTenant)
        {
            throw new InvalidOperationException($"{_definition.Name}.{index} is not declared for scans over all organizations");
        }
    }
}
