using System.Text.Json;

namespace Platform.Store;

/// <summary>A collection of documents of one record type: what its identifier, owner and indexes are.</summary>
/// <typeparam name="T">An immutable record with a <c>Schema</c> number and a <c>[JsonExtensionData]</c> member, so that fields of a newer version survive.</typeparam>
/// <param name="name">Collection name; letters, digits and underscores.</param>
/// <param name="id">The document's identifier.</param>
/// <param name="owner">The document's organization.</param>
/// <param name="indexes">Its indexes; a query names one of these.</param>
public sealed class CollectionDefinition<T>(string name, Func<T, string> id, Func<T, string> owner, params IReadOnlyList<IndexDefinition<T>> indexes)
    where T : class
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Collection name.</summary>
    public string Name => name;

    /// <summary>Indexes.</summary>
    public IReadOnlyList<IndexDefinition<T>> Indexes => indexes;

    /// <summary>Whether an update may begin with what this process wrote last, instead of reading it: for documents that one process changes several times in a row.</summary>
    public bool RemembersWrites { get; init; }

    /// <summary>The adapter's view of it.</summary>
    public CollectionSchema Schema => new(name, [.. indexes.Select(index => new IndexSchema(index.Name, index.Unique))], body => KeysOf(FromBody(body)));

    internal string IdOf(T document) => id(document);

    internal StoredDocument ToStored(T document, long version) =>
        new(id(document), owner(document), version, JsonSerializer.SerializeToUtf8Bytes(document, s_json), KeysOf(document));

    // What this process wrote itself it need not parse again.
    internal Versioned<T> FromStored(StoredDocument stored, RecentDocuments<T>? recent) =>
        recent?.Find(stored.Owner, stored.Id, stored.Version) ?? new(stored.Parsed.Of(stored.Body, FromBody), stored.Version);

    private static T FromBody(ReadOnlyMemory<byte> body) => JsonSerializer.Deserialize<T>(body.Span, s_json)!;

    internal IndexDefinition<T> Index(string indexName) =>
        indexes.FirstOrDefault(index => index.Name == indexName) ?? throw new ArgumentException($"{name} declares no index {indexName}", nameof(indexName));

    private Dictionary<string, string> KeysOf(T document)
    {
        var keys = new Dictionary<string, string>(indexes.Count, StringComparer.Ordinal);
        foreach (var index in indexes)
        {
            if (index.Key(document) is { } key)
            {
                keys[index.Name] = index.CrossTenant ? key : IndexKey.Of(owner(document)) + key;
            }
        }

        return keys;
    }
}

/// <summary>A declared index.</summary>
/// <typeparam name="T">Document type.</typeparam>
/// <param name="Name">Name; letters, digits and underscores.</param>
/// <param name="Key">The document's key (<see cref="IndexKey.Of"/>); null when it does not stand in this index.</param>
/// <param name="Unique">Whether a key may stand in it once only (inside one organization, unless cross-tenant).</param>
/// <param name="CrossTenant">Whether the system may scan it over all organizations; only such indexes can be.</param>
public sealed record IndexDefinition<T>(string Name, Func<T, string?> Key, bool Unique = false, bool CrossTenant = false);
