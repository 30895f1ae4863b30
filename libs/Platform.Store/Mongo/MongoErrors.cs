using System.Text.RegularExpressions;
using MongoDB.Driver;

namespace Platform.Store.Mongo;

/// <summary>The driver's errors in our terms.</summary>
internal static partial class MongoErrors
{
    private const int OutOfDiskSpace = 14031;

    public static async Task<TResult> GuardAsync<TResult>(Func<Task<TResult>> call)
    {
        try
        {
            return await call();
        }
        catch (MongoException error)
        {
            throw Translate(error);
        }
        catch (TimeoutException error)
        {
            throw new StoreException(StoreProblem.Unavailable, "MongoDB has no primary within reach; whether a write took place is unknown", error);
        }
    }

    /// <summary>The unique index that a refused key stands in; the server names it only in the text (error 11000).</summary>
    public static string ViolatedIndex(string message)
    {
        string name = IndexName().Match(message).Groups[1].Value;
        return name.StartsWith(MongoTable.KeyPrefix, StringComparison.Ordinal) ? name[MongoTable.KeyPrefix.Length..] : "id";
    }

    /// <summary>The error of one write among others.</summary>
    public static StoreException Refused(WriteError error) => error.Code == OutOfDiskSpace
        ? new StoreException(StoreProblem.Full, "MongoDB's disk is full: the write did not take place")
        : new StoreException(StoreProblem.Unavailable, $"MongoDB answered: {error.Message}");

    private static StoreException Translate(MongoException error) => error switch
    {
        MongoCommandException { Code: OutOfDiskSpace } or MongoWriteException { WriteError.Code: OutOfDiskSpace } =>
            new StoreException(StoreProblem.Full, "MongoDB's disk is full: the write did not take place", error),
        MongoAuthenticationException => new StoreException(StoreProblem.Unavailable, "MongoDB refuses the credentials of Store:ConnectionString", error),
        MongoConnectionException => new StoreException(StoreProblem.Unavailable, "MongoDB cannot be reached; whether a write took place is unknown", error),
        _ => new StoreException(StoreProblem.Unavailable, $"MongoDB answered: {error.Message}", error),
    };

    [GeneratedRegex(@"index: (?:\S+\.\$)?(\S+?)(?:_1)? dup key")]
    private static partial Regex IndexName();
}
