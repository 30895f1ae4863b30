using MongoDB.Bson;
using MongoDB.Driver;

namespace Platform.Store.Mongo;

/// <summary>
/// Writes of single documents, those of one moment in one call. Each is a change of its own, atomic and answered by itself: they share
/// the way to the server, nothing else.
/// </summary>
internal sealed class MongoWrites
{
    /// <summary>Marks of the last writers that came together with others: who of them was the one is told by its mark.</summary>
    public const string MarksField = "marks";

    private const int MarksKept = 8;

    private static readonly BulkWriteOptions s_eachByItself = new() { IsOrdered = false };

    private readonly IMongoCollection<BsonDocument> _collection;
    private readonly MongoRows _rows;
    private readonly Gathering<StoredDocument, InsertOutcome> _inserts;
    private readonly Gathering<Replacement, ReplaceOutcome> _replacements;

    public MongoWrites(IMongoCollection<BsonDocument> collection, MongoRows rows)
    {
        (_collection, _rows) = (collection, rows);
        _inserts = new Gathering<StoredDocument, InsertOutcome>(InsertAsync, MongoTable.LongestCall);
        _replacements = new Gathering<Replacement, ReplaceOutcome>(ReplaceAsync, MongoTable.LongestCall);
    }

    public Task<InsertOutcome> InsertAsync(StoredDocument document, CancellationToken cancellation) => _inserts.AskAsync(document, cancellation);

    public Task<ReplaceOutcome> ReplaceAsync(StoredDocument document, long expectedVersion, CancellationToken cancellation) =>
        _replacements.AskAsync(new Replacement(document, expectedVersion, ObjectId.GenerateNewId()), cancellation);

    private async Task InsertAsync(IReadOnlyList<Gathered<StoredDocument, InsertOutcome>> batch, CancellationToken cancellation)
    {
        IReadOnlyList<BulkWriteError> errors = [];
        try
        {
            await _collection.BulkWriteAsync(batch.Select(one => new InsertOneModel<BsonDocument>(_rows.ToRow(one.Ask))), s_eachByItself, cancellation);
        }
        catch (MongoBulkWriteException<BsonDocument> error) when (error.WriteConcernError is null)
        {
            errors = error.WriteErrors;
        }

        foreach (var refused in errors)
        {
            if (refused.Category == ServerErrorCategory.DuplicateKey)
            {
                batch[refused.Index].Answer(InsertOutcome.Duplicate(MongoErrors.ViolatedIndex(refused.Message)));
            }
            else
            {
                batch[refused.Index].Fail(MongoErrors.Refused(refused));
            }
        }

        // Whoever has no answer yet was not refused.
        foreach (var one in batch)
        {
            one.Answer(InsertOutcome.Done);
        }
    }

    private async Task ReplaceAsync(IReadOnlyList<Gathered<Replacement, ReplaceOutcome>> batch, CancellationToken cancellation)
    {
        IReadOnlyList<BulkWriteError> errors = [];
        long matched = 0;
        try
        {
            matched = (await _collection.BulkWriteAsync(batch.Select(one => ToModel(one.Ask, isMarked: batch.Count > 1)), s_eachByItself, cancellation)).MatchedCount;
        }
        catch (MongoBulkWriteException<BsonDocument> error) when (error.WriteConcernError is null)
        {
            errors = error.WriteErrors;
        }

        foreach (var refused in errors)
        {
            if (refused.Category == ServerErrorCategory.DuplicateKey)
            {
                batch[refused.Index].Answer(ReplaceOutcome.Duplicate);
            }
            else
            {
                batch[refused.Index].Fail(MongoErrors.Refused(refused));
            }
        }

        if (errors.Count == 0 && matched == batch.Count)
        {
            foreach (var one in batch)
            {
                one.Answer(ReplaceOutcome.Replaced);
            }

            return;
        }

        await LookAsync([.. batch.Where(one => !one.Answered.IsCompleted)], isMarked: batch.Count > 1, cancellation);
    }

    private UpdateOneModel<BsonDocument> ToModel(Replacement replacement, bool isMarked) =>
        new(MongoRows.ByVersion(replacement.Document.Id, replacement.ExpectedVersion), _rows.ToChange(replacement.Document, isMarked ? replacement.Mark : null, MarksKept));

    // The server says how many of them found their document, not which: what they left behind tells.
    private async Task LookAsync(IReadOnlyList<Gathered<Replacement, ReplaceOutcome>> open, bool isMarked, CancellationToken cancellation)
    {
        var found = await _collection.Find(Builders<BsonDocument>.Filter.In("_id", open.Select(one => one.Ask.Document.Id)))
            .Project(Builders<BsonDocument>.Projection.Include(MongoRows.VersionField).Include(MarksField)).ToListAsync(cancellation);
        var rows = found.ToDictionary(row => row["_id"].AsString);
        foreach (var one in open)
        {
            if (rows.GetValueOrDefault(one.Ask.Document.Id) is not { } row)
            {
                one.Answer(ReplaceOutcome.Missing);
            }
            else if (isMarked && row.TryGetValue(MarksField, out var marks) && marks.AsBsonArray.Contains(one.Ask.Mark))
            {
                one.Answer(ReplaceOutcome.Replaced);
            }
            else if (!isMarked || row[MongoRows.VersionField].ToInt64() - one.Ask.ExpectedVersion <= MarksKept)
            {
                one.Answer(ReplaceOutcome.Conflict);
            }
            else
            {
                one.Fail(new StoreException(StoreProblem.Unavailable, $"{one.Ask.Document.Id} was changed too often at once; whether a write took place is unknown"));
            }
        }
    }

    private sealed record Replacement(StoredDocument Document, long ExpectedVersion, ObjectId Mark);
}
