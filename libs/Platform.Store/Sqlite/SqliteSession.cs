using Microsoft.Data.Sqlite;

namespace Platform.Store.Sqlite;

/// <summary>
/// A connection with its prepared statements: parsing a statement costs more than carrying it out. Used by one thread at a time.
/// </summary>
internal sealed class SqliteSession(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _prepared = new(StringComparer.Ordinal);

    public SqliteConnection Connection => connection;

    /// <summary>The statement without parameters; it belongs to the session and must not be disposed.</summary>
    /// <param name="sql">Text built from constants and checked identifiers only, so that there are few.</param>
    public SqliteCommand Command(string sql)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // Built from constants and identifiers that their callers have checked.
            command.CommandText = sql;
#pragma warning restore CA2100
            command.Prepare();
            _prepared[sql] = command;
        }

        command.Parameters.Clear();
        return command;
    }

    public void Execute(string sql) => Command(sql).ExecuteNonQuery();

    public void Dispose()
    {
        foreach (var command in _prepared.Values)
        {
            command.Dispose();
        }

        connection.Dispose();
    }
}
