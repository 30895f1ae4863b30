using MongoDB.Bson;
using MongoDB.Driver;

namespace Platform.Store.Mongo;

/// <summary>
/// One collection. A document is <c>{_id, owner, ver, body, known, ix_NAME ...}</c>: the body as its JSON text, a key in each index it
/// stands in, and the names of the indexes that its last writer knew.
/// </summary>
internal sealed class MongoTable(IMongoCollection<BsonDocument> collection, CollectionSchema schema)
{
    public const string KeyPrefix = "ix_";

    private readonly MongoRows _rows = new(schema);
    private readonly MongoIndexes _indexes = new(collection, schema);

    public Task<bool> MigrateAsync(CancellationToken cancellation) => _indexes.MigrateAsync(_rows, cancellation);

    public async Task<InsertOutcome> InsertAsync(StoredDocument document, CancellationToken cancellation)
    {
        try
        {
            await collection.InsertOneAsync(_rows.ToRow(document), new InsertOneOptions(), cancellation);
            return InsertOutcome.Done;
        }
        catch (MongoWriteException error) when (error.WriteError?.Category == ServerErrorCategory.DuplicateKey)
        {
            return InsertOutcome.Duplicate(MongoErrors.ViolatedIndex(error.WriteError.Message));
        }
    }

    public async Task<IReadOnlyList<InsertOutcome>> InsertManyAsync(IReadOnlyList<StoredDocument> documents, CancellationToken cancellation)
    {
        if (documents.Count == 0)
        {
            return [];
        }

        try
        {
            await collection.InsertManyAsync(documents.Select(_rows.ToRow), new InsertManyOptions { IsOrdered = true }, cancellation);
            return [.. Enumerable.Repeat(InsertOutcome.Done, documents.Count)];
        }
        catch (MongoBulkWriteException<BsonDocument> error) when (error.WriteConcernError is null && error.WriteErrors is [{ Category: ServerErrorCategory.DuplicateKey } write])
        {
            return [.. Enumerable.Repeat(InsertOutcome.Done, write.Index), InsertOutcome.Duplicate(MongoErrors.ViolatedIndex(write.Message))];
        }
    }

    public async Task<StoredDocument?> GetAsync(string id, CancellationToken cancellation)
    {
        var row = await collection.Find(MongoRows.ById(id)).FirstOrDefaultAsync(cancellation);
        return row is null ? null : _rows.ToDocument(row);
    }

    public async Task<ReplaceOutcome> ReplaceAsync(StoredDocument document, long expectedVersion, CancellationToken cancellation)
    {
        try
        {
            var result = await collection.UpdateOneAsync(MongoRows.ByVersion(document.Id, expectedVersion), _rows.ToChange(document), cancellationToken: cancellation);
            if (result.MatchedCount == 1)
            {
                return ReplaceOutcome.Replaced;
            }
        }
        catch (MongoWriteException error) when (error.WriteError?.Category == ServerErrorCategory.DuplicateKey)
        {
            return ReplaceOutcome.Duplicate;
        }

        return await GetAsync(document.Id, cancellation) is null ? ReplaceOutcome.Missing : ReplaceOutcome.Conflict;
    }

    public async Task<bool> DeleteAsync(string id, long expectedVersion, CancellationToken cancellation) =>
        (await collection.DeleteOneAsync(MongoRows.ByVersion(id, expectedVersion), cancellation)).DeletedCount == 1;

    public async Task<DocumentPage> QueryAsync(IndexRange range, CancellationToken cancellation)
    {
        string field = KeyPrefix + schema.Indexes.Single(index => index.Name == range.Index).Name;
        var order = Builders<BsonDocument>.Sort;
        var found = await collection.Find(MongoRanges.FilterOf(field, range))
            .Sort(range.Descending ? order.Descending(field).Descending("_id") : order.Ascending(field).Ascending("_id"))
            .Skip(range.Offset)
            .Limit(range.Limit + 1)
            .ToListAsync(cancellation);
        var documents = found.Take(range.Limit).Select(_rows.ToDocument).ToList();
        return new DocumentPage(documents, found.Count > range.Limit ? new IndexPosition(documents[^1].Keys[range.Index], documents[^1].Id) : null);
    }
}
