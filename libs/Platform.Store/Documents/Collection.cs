namespace Platform.Store;

/// <summary>Typed access to one collection, through the eyes of an organization or, for declared scans, of the system.</summary>
/// <typeparam name="T">Document type.</typeparam>
/// <param name="store">The adapter.</param>
/// <param name="definition">The collection.</param>
public sealed class Collection<T>(IDocumentStore store, CollectionDefinition<T> definition)
    where T : class
{
    private readonly RecentDocuments<T>? _recent = definition.RemembersWrites ? new RecentDocuments<T>() : null;

    /// <summary>The documents of one organization; those of others do not exist here.</summary>
    public OwnedCollection<T> For(string owner) => new(store, definition, owner, _recent);

    /// <summary>Scans over all organizations, on cross-tenant indexes only. An architecture test names who may call this.</summary>
    public SystemCollection<T> AsSystem() => new(store, definition, _recent);
}

/// <summary>A document and the version it was read at.</summary>
/// <typeparam name="T">Document type.</typeparam>
/// <param name="Value">The document.</param>
/// <param name="Version">Its version.</param>
public sealed record Versioned<T>(T Value, long Version);

/// <summary>A page of typed documents.</summary>
/// <typeparam name="T">Document type.</typeparam>
/// <param name="Items">Documents in index order.</param>
/// <param name="Next">Where the next page begins; null when this was the last.</param>
public sealed record Page<T>(IReadOnlyList<Versioned<T>> Items, IndexPosition? Next);
