namespace Platform.Store;

/// <summary>Runs a range and reads its documents.</summary>
internal static class TypedQuery
{
    public static async Task<Page<T>> RunAsync<T>(IDocumentStore store, CollectionDefinition<T> definition, IndexRange range, CancellationToken cancellation)
        where T : class
    {
        definition.Index(range.Index);
        var page = await store.QueryAsync(definition.Name, range, cancellation);
        var items = page.Documents.Select(definition.FromStored).ToList();
        return new Page<T>(items, page.Next);
    }
}
