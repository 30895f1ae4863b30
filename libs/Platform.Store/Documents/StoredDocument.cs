namespace Platform.Store;

/// <summary>A document as adapters see it.</summary>
/// <param name="Id">Identifier, unique in the collection.</param>
/// <param name="Owner">Organization.</param>
/// <param name="Version">1 when inserted; each replacement adds one.</param>
/// <param name="Body">UTF-8 JSON.</param>
/// <param name="Keys">Its key in each index it stands in, by index name; it leaves an index by lacking the key.</param>
public sealed record StoredDocument(string Id, string Owner, long Version, ReadOnlyMemory<byte> Body, IReadOnlyDictionary<string, string> Keys)
{
    internal ParsedBody Parsed { get; } = new();
}

/// <summary>A collection as adapters see it.</summary>
/// <param name="Name">Name; letters, digits and underscores.</param>
/// <param name="Indexes">Declared indexes.</param>
/// <param name="Reindex">The keys of a body, for filling an index that was declared after documents were written.</param>
public sealed record CollectionSchema(string Name, IReadOnlyList<IndexSchema> Indexes, Func<ReadOnlyMemory<byte>, IReadOnlyDictionary<string, string>> Reindex);

/// <summary>An index as adapters see it.</summary>
/// <param name="Name">Name; letters, digits and underscores.</param>
/// <param name="Unique">Whether a key may stand in it once only.</param>
public sealed record IndexSchema(string Name, bool Unique);

/// <summary>A part of an index.</summary>
/// <param name="Index">Index name.</param>
/// <param name="From">First key, inclusive; null for the beginning.</param>
/// <param name="To">End, exclusive; null for the end.</param>
/// <param name="Limit">Documents at most, 1 to 10,000.</param>
/// <param name="Descending">Whether to go backwards.</param>
/// <param name="After">Where the page before ended; null for the first page.</param>
/// <param name="Offset">Documents to skip.</param>
public sealed record IndexRange(string Index, string? From, string? To, int Limit, bool Descending = false, IndexPosition? After = null, int Offset = 0);

/// <summary>A place in an index: ties of a key are ordered by id.</summary>
/// <param name="Key">Key.</param>
/// <param name="Id">Document id.</param>
public sealed record IndexPosition(string Key, string Id);

/// <summary>A page of documents.</summary>
/// <param name="Documents">Documents in index order.</param>
/// <param name="Next">Where the next page begins; null when this was the last.</param>
public sealed record DocumentPage(IReadOnlyList<StoredDocument> Documents, IndexPosition? Next);

/// <summary>The end of an insertion.</summary>
/// <param name="Inserted">Whether it was written.</param>
/// <param name="DuplicateIndex">Otherwise: the unique index that already holds its key; <c>id</c> for the identifier.</param>
public sealed record InsertOutcome(bool Inserted, string? DuplicateIndex)
{
    /// <summary>Written.</summary>
    public static InsertOutcome Done { get; } = new(true, null);

    /// <summary>A unique key is taken.</summary>
    public static InsertOutcome Duplicate(string index) => new(false, index);
}

/// <summary>The end of a replacement.</summary>
public enum ReplaceOutcome
{
    /// <summary>Written.</summary>
    Replaced,
    /// <summary>The document has another version.</summary>
    Conflict,
    /// <summary>There is no such document.</summary>
    Missing,
    /// <summary>A unique key of the new document is taken by another.</summary>
    Duplicate,
}
