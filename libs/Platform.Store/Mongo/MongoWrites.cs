using MongoDB.Bson;
using MongoDB.Driver;
using Platform.ServiceDefaults;

namespace Platform.Store.Mongo;

/// <summary>
/// Writes of single documents, those of one moment in one call. Each is a change of its own, atomic and answered by itself: they share
/// the way to the server, nothing else.
/// </summary>
internal sealed class MongoWrites
{
    private static readonly BulkWriteOptions s_eachByItself = new() { IsOrdered = false };

    private readonly IMongoCollection<BsonDocument> _collection;
    private readonly MongoRows _rows;
    private readonly Gathering<StoredDocument, InsertOutcome> _inserts;
    private readonly Gathering<Replacement, ReplaceOutcome> _replacements;

    public MongoWrites(IMongoCollection<BsonDocument> collection, MongoRows rows)
    {
        (_collection, _rows) = (collection, rows);
        _inserts = new Gathering<StoredDocument, InsertOutcome>(InsertAsync, MongoTable.LongestCall, TimeProvider.System);
        _replacements = new Gathering<Replacement, ReplaceOutcome>(ReplaceAsync, MongoTable.LongestCall, TimeProvider.System);
    }

    public Task<InsertOutcome> InsertAsync(StoredDocument document, CancellationToken cancellation) => _inserts.AskAsync(document, cancellation);

    public Task<ReplaceOutcome> ReplaceAsync(StoredDocument document, long expectedVersion, CancellationToken cancellation) =>
        _replacements.AskAsync(new Replacement(document, expectedVersion, ObjectId.GenerateNewId()), cancellation);

    private async Task InsertAsync(IReadOnlyList<Gathered<StoredDocument, InsertOutcome>> batch, CancellationToken cancellation)
    {
        await SendAsync(batch, document => new InsertOneModel<BsonDocument>(_rows.ToRow(document)), refused => InsertOutcome.Duplicate(MongoErrors.ViolatedIndex(refused.Message)), cancellation);

        // Whoever has no answer yet was not refused.
        foreach (var one in batch)
        {
            one.Answer(InsertOutcome.Done);
        }
    }

    private async Task ReplaceAsync(IReadOnlyList<Gathered<Replacement, ReplaceOutcome>> batch, CancellationToken cancellation)
    {
        bool isMarked = batch.Count > 1;
        long found = await SendAsync(batch, replacement => ToModel(replacement, isMarked), _ => ReplaceOutcome.Duplicate, cancellation);
        if (found == batch.Count)
        {
            foreach (var one in batch)
            {
                one.Answer(ReplaceOutcome.Replaced);
            }

            return;
        }

        await LookAsync([.. batch.Where(one => !one.Answered.IsCompleted)], found, isMarked, cancellation);
    }

    // How many found the document they are for. Those that were refused have their answers.
    private async Task<long> SendAsync<TAsk, TAnswer>(
        IReadOnlyList<Gathered<TAsk, TAnswer>> batch, Func<TAsk, WriteModel<BsonDocument>> toModel, Func<BulkWriteError, TAnswer> duplicate, CancellationToken cancellation)
    {
        try
        {
            return (await _collection.BulkWriteAsync(batch.Select(one => toModel(one.Ask)), s_eachByItself, cancellation)).MatchedCount;
        }
        catch (MongoBulkWriteException<BsonDocument> error) when (error.WriteConcernError is null)
        {
            foreach (var refused in error.WriteErrors)
            {
                if (refused.Category == ServerErrorCategory.DuplicateKey)
                {
                    batch[refused.Index].Answer(duplicate(refused));
                }
                else
                {
                    batch[refused.Index].Fail(MongoErrors.Refused(refused));
                }
            }

            return error.Result.MatchedCount;
        }
    }

    private UpdateOneModel<BsonDocument> ToModel(Replacement replacement, bool isMarked) =>
        new(MongoRows.ByVersion(replacement.Document.Id, replacement.ExpectedVersion), _rows.ToChange(replacement.Document, isMarked ? replacement.Mark : null));

    // The server says how many of them found their document, not which: what they left behind tells.
    private async Task LookAsync(IReadOnlyList<Gathered<Replacement, ReplaceOutcome>> open, long found, bool isMarked, CancellationToken cancellation)
    {
        var left = await _collection.Find(Builders<BsonDocument>.Filter.In("_id", open.Select(one => one.Ask.Document.Id)))
            .Project(Builders<BsonDocument>.Projection.Include(MongoRows.VersionField).Include(MongoRows.MarksField)).ToListAsync(cancellation);
        var rows = left.ToDictionary(row => row["_id"].AsString);

        // Where the marks name as many as the server says, none of the others can have been one, however old its version is.
        bool areNamed = open.Count(one => IsMarked(rows.GetValueOrDefault(one.Ask.Document.Id), one.Ask)) == found;
        foreach (var one in open)
        {
            if (rows.GetValueOrDefault(one.Ask.Document.Id) is not { } row)
            {
                one.Answer(ReplaceOutcome.Missing);
            }
            else if (IsMarked(row, one.Ask))
            {
                one.Answer(ReplaceOutcome.Replaced);
            }
            else if (!isMarked || areNamed || row[MongoRows.VersionField].ToInt64() - one.Ask.ExpectedVersion <= MongoRows.MarksKept)
            {
                one.Answer(ReplaceOutcome.Conflict);
            }
            else
            {
                one.Fail(new StoreException(StoreProblem.Unavailable, $"{one.Ask.Document.Id} was changed too often at once; whether a write took place is unknown"));
            }
        }
    }

    private static bool IsMarked(BsonDocument? row, Replacement replacement) =>
        row is not null && row.TryGetValue(MongoRows.MarksField, out var marks) && marks.AsBsonArray.Contains(replacement.Mark);

    private sealed record Replacement(StoredDocument Document, long ExpectedVersion, ObjectId Mark);
}
