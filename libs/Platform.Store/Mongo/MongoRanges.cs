using MongoDB.Bson;
using MongoDB.Driver;

namespace Platform.Store.Mongo;

/// <summary>A range of an index as a filter.</summary>
internal static class MongoRanges
{
    public static FilterDefinition<BsonDocument> FilterOf(string field, IndexRange range)
    {
        var filter = Builders<BsonDocument>.Filter;
        var after = range.After;

        // A page begins where the one before ended, so that the index is not walked again from the range's end; but never outside of the range.
        bool beginsLater = after is not null && !range.Descending && string.CompareOrdinal(after.Key, range.From) > 0;
        bool endsEarlier = after is not null && range.Descending && (range.To is null || string.CompareOrdinal(after.Key, range.To) < 0);

        // Comparing with a text also leaves out documents without the field.
        var all = filter.Gte(field, (beginsLater ? after!.Key : range.From) ?? "");
        if (endsEarlier)
        {
            all &= filter.Lte(field, after!.Key);
        }
        else if (range.To is not null)
        {
            all &= filter.Lt(field, range.To);
        }

        if (after is not null)
        {
            all &= range.Descending
                ? filter.Lt(field, after.Key) | (filter.Eq(field, after.Key) & filter.Lt("_id", after.Id))
                : filter.Gt(field, after.Key) | (filter.Eq(field, after.Key) & filter.Gt("_id", after.Id));
        }

        return all;
    }
}
