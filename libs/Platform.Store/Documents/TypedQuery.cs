namespace Platform.Store;

/// <summary>Runs a range and reads its documents.</summary>
internal static class TypedQuery
{
    public static async Task<Page<T>> RunAsync<T>(IDocumentStore store, CollectionDefinition<T> definition, RecentDocuments<T>? recent, IndexRange range, CancellationToken cancellation)
        where T : class
    {
        definition.Index(range.Index);
        var page = await store.QueryAsync(definition.Name, range, cancellation);
        var items = page.Documents.Select(stored => definition.FromStored(stored, recent)).ToList();
        return new Page<T>(items, page.Next);
    }
}
