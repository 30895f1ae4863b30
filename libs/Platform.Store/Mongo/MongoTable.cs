using MongoDB.Bson;
using MongoDB.Driver;
using Platform.ServiceDefaults;

namespace Platform.Store.Mongo;

/// <summary>
/// One collection. A document is <c>{_id, owner, ver, body, known, ix_NAME ...}</c>: the body as its JSON text, a key in each index it
/// stands in, and the names of the indexes that its last writer knew.
/// </summary>
internal sealed class MongoTable
{
    public const string KeyPrefix = "ix_";

    /// <summary>How long a call for many may take. Longer than any that gets an answer.</summary>
    public static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(30);

    private readonly IMongoCollection<BsonDocument> _collection;
    private readonly CollectionSchema _schema;
    private readonly MongoRows _rows;
    private readonly MongoIndexes _indexes;
    private readonly MongoWrites _writes;
    private readonly Gathering<string, StoredDocument?> _gets;

    public MongoTable(IMongoCollection<BsonDocument> collection, CollectionSchema schema)
    {
        (_collection, _schema) = (collection, schema);
        _rows = new MongoRows(schema);
        _indexes = new MongoIndexes(collection, schema);
        _writes = new MongoWrites(collection, _rows);
        _gets = new Gathering<string, StoredDocument?>(GetAsync, LongestCall, TimeProvider.System);
    }

    public Task<bool> MigrateAsync(CancellationToken cancellation) => _indexes.MigrateAsync(_rows, cancellation);

    public Task<InsertOutcome> InsertAsync(StoredDocument document, CancellationToken cancellation) => _writes.InsertAsync(document, cancellation);

    public async Task<IReadOnlyList<InsertOutcome>> InsertManyAsync(IReadOnlyList<StoredDocument> documents, CancellationToken cancellation)
    {
        if (documents.Count == 0)
        {
            return [];
        }

        try
        {
            await _collection.InsertManyAsync(documents.Select(_rows.ToRow), new InsertManyOptions { IsOrdered = true }, cancellation);
            return [.. Enumerable.Repeat(InsertOutcome.Done, documents.Count)];
        }
        catch (MongoBulkWriteException<BsonDocument> error) when (error.WriteConcernError is null && error.WriteErrors is [{ Category: ServerErrorCategory.DuplicateKey } write])
        {
            return [.. Enumerable.Repeat(InsertOutcome.Done, write.Index), InsertOutcome.Duplicate(MongoErrors.ViolatedIndex(write.Message))];
        }
    }

    public Task<StoredDocument?> GetAsync(string id, CancellationToken cancellation) => _gets.AskAsync(id, cancellation);

    public Task<ReplaceOutcome> ReplaceAsync(StoredDocument document, long expectedVersion, CancellationToken cancellation) => _writes.ReplaceAsync(document, expectedVersion, cancellation);

    public async Task<bool> DeleteAsync(string id, long expectedVersion, CancellationToken cancellation) =>
        (await _collection.DeleteOneAsync(MongoRows.ByVersion(id, expectedVersion), cancellation)).DeletedCount == 1;

    public async Task<DocumentPage> QueryAsync(IndexRange range, CancellationToken cancellation)
    {
        string field = KeyPrefix + _schema.Indexes.Single(index => index.Name == range.Index).Name;
        var order = Builders<BsonDocument>.Sort;
        var found = await _collection.Find(MongoRanges.FilterOf(field, range))
            .Sort(range.Descending ? order.Descending(field).Descending("_id") : order.Ascending(field).Ascending("_id"))
            .Skip(range.Offset)
            .Limit(range.Limit + 1)
            .ToListAsync(cancellation);
        var documents = found.Take(range.Limit).Select(_rows.ToDocument).ToList();
        return new DocumentPage(documents, found.Count > range.Limit ? new IndexPosition(documents[^1].Keys[range.Index], documents[^1].Id) : null);
    }

    private async Task GetAsync(IReadOnlyList<Gathered<string, StoredDocument?>> batch, CancellationToken cancellation)
    {
        var ids = batch.Select(one => one.Ask).Distinct().ToList();
        var filter = ids is [var id] ? MongoRows.ById(id) : Builders<BsonDocument>.Filter.In("_id", ids);
        var found = (await _collection.Find(filter).ToListAsync(cancellation)).ToDictionary(row => row["_id"].AsString);
        foreach (var one in batch)
        {
            one.Answer(found.TryGetValue(one.Ask, out var row) ? _rows.ToDocument(row) : null);
        }
    }
}
