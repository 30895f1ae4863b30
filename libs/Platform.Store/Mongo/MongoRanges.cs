using MongoDB.Bson;
using MongoDB.Driver;

namespace Platform.Store.Mongo;

/// <summary>A range of an index as a filter.</summary>
internal static class MongoRanges
{
    public static FilterDefinition<BsonDocument> FilterOf(string field, IndexRange range)
    {
        var filter = Builders<BsonDocument>.Filter;

        // Comparing with a text also leaves out documents without the field.
        var all = filter.Gte(field, range.From ?? "");
        if (range.To is not null)
        {
            all &= filter.Lt(field, range.To);
        }

        if (range.After is { } after)
        {
            all &= range.Descending
                ? filter.Lt(field, after.Key) | (filter.Eq(field, after.Key) & filter.Lt("_id", after.Id))
                : filter.Gt(field, after.Key) | (filter.Eq(field, after.Key) & filter.Gt("_id", after.Id));
        }

        return all;
    }
}
