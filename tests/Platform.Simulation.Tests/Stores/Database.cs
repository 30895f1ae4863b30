using Platform.Simulation.Tests.Engine;
using Platform.Store;

namespace Platform.Simulation.Tests.Stores;

/// <summary>A write that has taken place.</summary>
/// <param name="Collection">Where.</param>
/// <param name="Before">The document before; null for an insertion.</param>
/// <param name="After">The document after; null for a removal.</param>
/// <param name="Writer">The process that asked for it.</param>
internal sealed record Commit(string Collection, StoredDocument? Before, StoredDocument? After, Process Writer);

/// <summary>
/// What a service's store holds, apart from whoever asks: it never dies, and what it has acknowledged is there. Every write is shown to
/// the laws in the order in which it took place.
/// </summary>
internal sealed class Database(Process process, Action<Commit> committed)
{
    private readonly Dictionary<string, Table> _tables = new(StringComparer.Ordinal);

    public Process Process => process;

    public void Open(IReadOnlyList<CollectionSchema> collections)
    {
        foreach (var schema in collections)
        {
            var known = _tables.GetValueOrDefault(schema.Name);
            if (known?.Has(schema.Indexes) != true)
            {
                var table = new Table(schema);
                foreach (var document in known?.All ?? [])
                {
                    table.Insert(document with { Keys = schema.Reindex(document.Body) });
                }

                _tables[schema.Name] = table;
            }
        }
    }

    public StoredDocument? Get(string collection, string id) => _tables[collection].Get(id);

    public IEnumerable<StoredDocument> All(string collection) => _tables.TryGetValue(collection, out var table) ? table.All : [];

    public DocumentPage Query(string collection, IndexRange range) => _tables[collection].Query(range);

    public InsertOutcome Insert(string collection, StoredDocument document, Process writer)
    {
        var outcome = _tables[collection].Insert(document);
        if (outcome.Inserted)
        {
            committed(new Commit(collection, null, document, writer));
        }

        return outcome;
    }

    public IReadOnlyList<InsertOutcome> InsertMany(string collection, IEnumerable<StoredDocument> documents, Process writer)
    {
        var outcomes = new List<InsertOutcome>();
        foreach (var document in documents)
        {
            outcomes.Add(Insert(collection, document, writer));
            if (!outcomes[^1].Inserted)
            {
                break;
            }
        }

        return outcomes;
    }

    public ReplaceOutcome Replace(string collection, StoredDocument document, long expectedVersion, Process writer)
    {
        var before = _tables[collection].Get(document.Id);
        var outcome = _tables[collection].Replace(document, expectedVersion);
        if (outcome == ReplaceOutcome.Replaced)
        {
            committed(new Commit(collection, before, document, writer));
        }

        return outcome;
    }

    public bool Delete(string collection, string id, long expectedVersion, Process writer)
    {
        var before = _tables[collection].Get(id);
        bool deleted = _tables[collection].Delete(id, expectedVersion);
        if (deleted)
        {
            committed(new Commit(collection, before, null, writer));
        }

        return deleted;
    }
}
