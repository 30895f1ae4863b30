using Platform.Store;

namespace Platform.Simulation.Tests.Stores;

/// <summary>One collection: documents by id, and each index as a sorted set of places. The store's conformance kit holds for it.</summary>
internal sealed class Table
{
    private static readonly Comparer<IndexPosition> s_order = Comparer<IndexPosition>.Create((a, b) =>
    {
        int byKey = KeyOrder.Compare(a.Key, b.Key);
        return byKey != 0 ? byKey : KeyOrder.Compare(a.Id, b.Id);
    });

    private readonly Dictionary<string, StoredDocument> _documents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedSet<IndexPosition>> _indexes;
    private readonly List<string> _unique;

    public Table(CollectionSchema schema)
    {
        _indexes = schema.Indexes.ToDictionary(index => index.Name, _ => new SortedSet<IndexPosition>(s_order));
        _unique = [.. schema.Indexes.Where(index => index.Unique).Select(index => index.Name)];
    }

    public IEnumerable<StoredDocument> All => _documents.Values;

    public bool Has(IEnumerable<IndexSchema> indexes) => indexes.All(index => _indexes.ContainsKey(index.Name));

    public StoredDocument? Get(string id) => _documents.GetValueOrDefault(id);

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
        var found = Entries(range).Skip(range.Offset).Take(range.Limit + 1).ToList();
        bool more = found.Count > range.Limit;
        var page = more ? found.GetRange(0, range.Limit) : found;
        return new DocumentPage([.. page.Select(entry => _documents[entry.Id])], more ? page[^1] : null);
    }

    private IEnumerable<IndexPosition> Entries(IndexRange range)
    {
        var set = _indexes[range.Index];
        if (set.Count == 0)
        {
            return [];
        }

        var first = range.From is null ? set.Min! : new IndexPosition(range.From, "");
        var last = range.To is null ? set.Max! : new IndexPosition(range.To, "");
        if (range.After is { } after)
        {
            (first, last) = range.Descending ? (first, Earlier(last, after)) : (Later(first, after), last);
        }

        if (s_order.Compare(first, last) > 0)
        {
            return [];
        }

        var view = set.GetViewBetween(first, last);
        var entries = range.Descending ? view.Reverse() : view;
        return entries.Where(entry => entry != range.After && (range.To is null || KeyOrder.Compare(entry.Key, range.To) < 0));
    }

    private static IndexPosition Earlier(IndexPosition a, IndexPosition b) => s_order.Compare(a, b) < 0 ? a : b;

    private static IndexPosition Later(IndexPosition a, IndexPosition b) => s_order.Compare(a, b) > 0 ? a : b;

    private string? TakenKey(StoredDocument document) => _unique.Find(index =>
        document.Keys.TryGetValue(index, out string? key)
        && _indexes[index].GetViewBetween(new IndexPosition(key, ""), new IndexPosition(key + '\0', "")).Any(entry => entry.Id != document.Id));

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
