namespace Platform.Store.Memory;

/// <summary>One collection: documents by id, and each index as a sorted set of (key, id).</summary>
internal sealed class MemoryCollection
{
    private static readonly Comparer<IndexPosition> s_order = Comparer<IndexPosition>.Create((a, b) =>
    {
        int byKey = KeyOrder.Compare(a.Key, b.Key);
        return byKey != 0 ? byKey : KeyOrder.Compare(a.Id, b.Id);
    });

    private readonly Dictionary<string, StoredDocument> _documents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<IndexPosition>> _indexes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unique = new(StringComparer.Ordinal);

    public void Declare(CollectionSchema schema)
    {
        foreach (var index in schema.Indexes)
        {
            if (index.Unique)
            {
                _unique.Add(index.Name);
            }

            if (_indexes.TryAdd(index.Name, new SortedSet<IndexPosition>(s_order)))
            {
                Fill(schema, index.Name);
            }
        }
    }

    public InsertOutcome Insert(StoredDocument document)
    {
        if (_documents.ContainsKey(document.Id))
        {
            return InsertOutcome.Duplicate("id");
        }

        if (TakenKey(document) is { } index)
        {
            return InsertOutcome.Duplicate(index);
        }

        Put(document);
        return InsertOutcome.Done;
    }

    public StoredDocument? Get(string id) => _documents.GetValueOrDefault(id);

    public ReplaceOutcome Replace(StoredDocument document, long expectedVersion)
    {
        if (!_documents.TryGetValue(document.Id, out var current))
        {
            return ReplaceOutcome.Missing;
        }

        if (current.Version != expectedVersion)
        {
            return ReplaceOutcome.Conflict;
        }

        if (TakenKey(document) is not null)
        {
            return ReplaceOutcome.Duplicate;
        }

        Remove(current);
        Put(document);
        return ReplaceOutcome.Replaced;
    }

    public bool Delete(string id, long expectedVersion)
    {
        if (!_documents.TryGetValue(id, out var current) || current.Version != expectedVersion)
        {
            return false;
        }

        Remove(current);
        return true;
    }

    public DocumentPage Query(IndexRange range)
    {
        var set = _indexes[range.Index];
        IEnumerable<IndexPosition> entries = range.Descending ? set.Reverse() : set;
        var found = entries
            .Where(entry => (range.From is null || KeyOrder.Compare(entry.Key, range.From) >= 0) && (range.To is null || KeyOrder.Compare(entry.Key, range.To) < 0))
            .Where(entry => range.After is null || (range.Descending ? s_order.Compare(entry, range.After) < 0 : s_order.Compare(entry, range.After) > 0))
            .Skip(range.Offset).Take(range.Limit + 1).ToList();
        var page = found.Take(range.Limit).ToList();
        return new DocumentPage([.. page.Select(entry => _documents[entry.Id])], found.Count > range.Limit ? page[^1] : null);
    }

    private void Fill(CollectionSchema schema, string index)
    {
        foreach (var document in _documents.Values.ToList())
        {
            var keys = schema.Reindex(document.Body);
            _documents[document.Id] = document with { Keys = keys };
            if (keys.TryGetValue(index, out string? key))
            {
                _indexes[index].Add(new IndexPosition(key, document.Id));
            }
        }
    }

    private string? TakenKey(StoredDocument document)
    {
        foreach (string index in _unique)
        {
            if (document.Keys.TryGetValue(index, out string? key)
                && _indexes[index].GetViewBetween(new IndexPosition(key, ""), new IndexPosition(key + '\0', "")).Any(entry => entry.Id != document.Id))
            {
                return index;
            }
        }

        return null;
    }

    private void Put(StoredDocument document)
    {
        _documents[document.Id] = document;
        foreach (var (index, key) in document.Keys)
        {
            _indexes[index].Add(new IndexPosition(key, document.Id));
        }
    }

    private void Remove(StoredDocument document)
    {
        _documents.Remove(document.Id);
        foreach (var (index, key) in document.Keys)
        {
            _indexes[index].Remove(new IndexPosition(key, document.Id));
        }
    }
}
