using Microsoft.Data.Sqlite;

namespace Platform.Store.Sqlite;

/// <summary>SQLite's result codes in our terms (sqlite.org/rescode.html).</summary>
internal static class SqliteErrors
{
    private const int Busy = 5;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int NotADatabase = 26;

    public static StoreException Translate(SqliteException error) => error.SqliteErrorCode switch
    {
        Full => new StoreException(StoreProblem.Full, "the disk is full: the write did not take place", error),
        Busy => new StoreException(StoreProblem.Locked, "another process is using the database", error),
        Corrupt or NotADatabase => new StoreException(StoreProblem.Unreadable, "the database file is damaged; restore a backup", error),
        _ => new StoreException(StoreProblem.Unavailable, $"the database answered: {error.Message}", error),
    };

    /// <summary>
    /// Whether the disk itself failed. After a failed flush the kernel may have dropped the pages and marked them clean,
    /// so trying again would report a success that is none.
    /// </summary>
    public static bool IsFatal(SqliteException error) => error.SqliteErrorCode == InputOutput;
}
