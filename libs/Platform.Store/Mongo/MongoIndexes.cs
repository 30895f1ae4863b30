using MongoDB.Bson;
using MongoDB.Driver;

namespace Platform.Store.Mongo;

/// <summary>Makes a collection's indexes and fills those that documents do not stand in yet. Safe to repeat, and for several at once.</summary>
internal sealed class MongoIndexes(IMongoCollection<BsonDocument> collection, CollectionSchema schema)
{
    private const int Batch = 500;

    public async Task<bool> MigrateAsync(MongoRows rows, CancellationToken cancellation)
    {
        var keys = Builders<BsonDocument>.IndexKeys;
        await collection.Indexes.CreateOneAsync(new CreateIndexModel<BsonDocument>(keys.Ascending(MongoRows.KnownField)), cancellationToken: cancellation);
        await FillAsync(rows, cancellation);
        foreach (var index in schema.Indexes)
        {
            string field = MongoTable.KeyPrefix + index.Name;
            var model = index.Unique
                ? new CreateIndexModel<BsonDocument>(keys.Ascending(field), new CreateIndexOptions { Name = field, Unique = true, Sparse = true })
                : new CreateIndexModel<BsonDocument>(keys.Ascending(field).Ascending("_id"), new CreateIndexOptions { Name = field });
            await collection.Indexes.CreateOneAsync(model, cancellationToken: cancellation);
        }

        return true;
    }

    // Documents of an older version, also of one that still runs beside this one, lack keys of indexes that it did not know.
    private async Task FillAsync(MongoRows rows, CancellationToken cancellation)
    {
        var others = Builders<BsonDocument>.Filter.Ne(MongoRows.KnownField, rows.Known);
        while (true)
        {
            var batch = await collection.Find(others).Limit(Batch).ToListAsync(cancellation);
            foreach (var row in batch)
            {
                // Changed in between: the next look sees it again, if it still lacks anything.
                await collection.UpdateOneAsync(rows.Same(row), rows.ToKeys(row), cancellationToken: cancellation);
            }

            if (batch.Count < Batch)
            {
                return;
            }
        }
    }
}
