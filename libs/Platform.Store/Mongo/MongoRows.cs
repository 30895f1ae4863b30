using System.Text;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Platform.Store.Mongo;

/// <summary>Documents as MongoDB holds them.</summary>
internal sealed class MongoRows(CollectionSchema schema)
{
    /// <summary>Field that names the indexes which a document's last writer knew: others are filled in at the next start.</summary>
    public const string KnownField = "known";

    /// <summary>Field of the version.</summary>
    public const string VersionField = "ver";

    /// <summary>Field of the marks of the last writers that came together with others: who of them was the one is told by its mark.</summary>
    public const string MarksField = "marks";

    /// <summary>Marks that a document keeps.</summary>
    public const int MarksKept = 8;

    private const string OwnerField = "owner";
    private const string BodyField = "body";

    /// <summary>The indexes that this version declares.</summary>
    public string Known { get; } = string.Join(',', schema.Indexes.Select(index => index.Name).Order(StringComparer.Ordinal));

    public static FilterDefinition<BsonDocument> ById(string id) => Builders<BsonDocument>.Filter.Eq("_id", id);

    public static FilterDefinition<BsonDocument> ByVersion(string id, long version) => ById(id) & Builders<BsonDocument>.Filter.Eq(VersionField, version);

    public BsonDocument ToRow(StoredDocument document)
    {
        var row = new BsonDocument { ["_id"] = document.Id };
        row.AddRange(Fields(document));
        row.AddRange(Keys(document.Keys));
        return row;
    }

    /// <summary>The change that makes a document another: keys of indexes that only a newer version knows stay as they are.</summary>
    /// <param name="document">The other.</param>
    /// <param name="mark">What the change leaves behind to be known by; null for none.</param>
    public UpdateDefinition<BsonDocument> ToChange(StoredDocument document, ObjectId? mark)
    {
        var change = Change(Fields(document).AddRange(Keys(document.Keys)), document.Keys);
        if (mark is not null)
        {
            change["$push"] = new BsonDocument(MarksField, new BsonDocument { ["$each"] = new BsonArray { mark.Value }, ["$slice"] = -MarksKept });
        }

        return new BsonDocumentUpdateDefinition<BsonDocument>(change);
    }

    /// <summary>The change that gives a document the keys of its body; its version stays.</summary>
    public UpdateDefinition<BsonDocument> ToKeys(BsonDocument row)
    {
        var keys = schema.Reindex(Encoding.UTF8.GetBytes(row[BodyField].AsString));
        return new BsonDocumentUpdateDefinition<BsonDocument>(Change(new BsonDocument { [KnownField] = Known }.AddRange(Keys(keys)), keys));
    }

    public FilterDefinition<BsonDocument> Same(BsonDocument row) => ByVersion(row["_id"].AsString, row[VersionField].ToInt64());

    public StoredDocument ToDocument(BsonDocument row)
    {
        var keys = schema.Indexes.Where(index => row.Contains(MongoTable.KeyPrefix + index.Name))
            .ToDictionary(index => index.Name, index => row[MongoTable.KeyPrefix + index.Name].AsString, StringComparer.Ordinal);
        return new StoredDocument(row["_id"].AsString, row[OwnerField].AsString, row[VersionField].ToInt64(), Encoding.UTF8.GetBytes(row[BodyField].AsString), keys);
    }

    private static BsonDocument Keys(IReadOnlyDictionary<string, string> keys) => new(keys.Select(key => new BsonElement(MongoTable.KeyPrefix + key.Key, key.Value)));

    private BsonDocument Fields(StoredDocument document) => new()
    {
        [OwnerField] = document.Owner,
        [VersionField] = document.Version,
        [BodyField] = Encoding.UTF8.GetString(document.Body.Span),
        [KnownField] = Known,
    };

    private BsonDocument Change(BsonDocument set, IReadOnlyDictionary<string, string> keys)
    {
        var change = new BsonDocument("$set", set);
        var left = schema.Indexes.Where(index => !keys.ContainsKey(index.Name)).Select(index => new BsonElement(MongoTable.KeyPrefix + index.Name, "")).ToList();
        if (left.Count > 0)
        {
            change["$unset"] = new BsonDocument(left);
        }

        return change;
    }
}
