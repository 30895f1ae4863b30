using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace Platform.Store.Sqlite;

/// <summary>The statements of one collection. Names are checked to be plain identifiers; all values are parameters.</summary>
internal sealed partial class SqliteTable
{
    private const int UniqueViolation = 2067;
    private const int PrimaryKeyViolation = 1555;

    private readonly CollectionSchema _schema;
    private readonly string _columns;
    private readonly string _parameters;
    private readonly string _assignments;

    public SqliteTable(CollectionSchema schema)
    {
        foreach (string name in schema.Indexes.Select(index => index.Name).Append(schema.Name))
        {
            if (!Identifier().IsMatch(name))
            {
                throw new ArgumentException($"'{name}' is not a plain identifier", nameof(schema));
            }
        }

        _schema = schema;
        _columns = string.Concat(schema.Indexes.Select(index => $", ix_{index.Name}"));
        _parameters = string.Concat(schema.Indexes.Select(index => $", $ix_{index.Name}"));
        _assignments = string.Concat(schema.Indexes.Select(index => $", ix_{index.Name} = $ix_{index.Name}"));
    }

    public bool Migrate(SqliteConnection connection)
    {
        SqliteConnections.Execute(connection, $"CREATE TABLE IF NOT EXISTS {_schema.Name} (id TEXT PRIMARY KEY, owner TEXT NOT NULL, ver INTEGER NOT NULL, body BLOB NOT NULL)");
        var existing = ExistingColumns(connection);
        var missing = _schema.Indexes.Where(index => !existing.Contains("ix_" + index.Name)).ToList();
        missing.ForEach(index => SqliteConnections.Execute(connection, $"ALTER TABLE {_schema.Name} ADD COLUMN ix_{index.Name} TEXT"));
        if (missing.Count > 0)
        {
            Reindex(connection);
        }

        foreach (var index in _schema.Indexes)
        {
            string kind = index.Unique ? "UNIQUE INDEX" : "INDEX";
            string columns = index.Unique ? $"ix_{index.Name}" : $"ix_{index.Name}, id";
            SqliteConnections.Execute(connection, $"CREATE {kind} IF NOT EXISTS {_schema.Name}_{index.Name} ON {_schema.Name} ({columns})");
        }

        return true;
    }

    public InsertOutcome Insert(SqliteSession session, StoredDocument document)
    {
        var command = Command(session, $"INSERT INTO {_schema.Name} (id, owner, ver, body{_columns}) VALUES ($id, $owner, $ver, $body{_parameters})", document);
        try
        {
            command.ExecuteNonQuery();
            return InsertOutcome.Done;
        }
        catch (SqliteException error) when (error.SqliteExtendedErrorCode is UniqueViolation or PrimaryKeyViolation)
        {
            return InsertOutcome.Duplicate(ViolatedIndex(error));
        }
    }

    /// <param name="session">The writer's session.</param>
    /// <param name="document">What shall stand there.</param>
    /// <param name="expectedVersion">What must stand there now.</param>
    /// <param name="known">What probably stands there now: SQLite writes every index that an update names, so only those of changed keys are named.</param>
    public ReplaceOutcome Replace(SqliteSession session, StoredDocument document, long expectedVersion, StoredDocument? known)
    {
        try
        {
            if ((known?.Version == expectedVersion && Update(session, document, expectedVersion, index => document.Keys.GetValueOrDefault(index) != known.Keys.GetValueOrDefault(index)))
                || Update(session, document, expectedVersion, _ => true))
            {
                return ReplaceOutcome.Replaced;
            }
        }
        catch (SqliteException error) when (error.SqliteExtendedErrorCode == UniqueViolation)
        {
            return ReplaceOutcome.Duplicate;
        }

        return Get(session, document.Id) is null ? ReplaceOutcome.Missing : ReplaceOutcome.Conflict;
    }

    public bool Delete(SqliteSession session, string id, long expectedVersion)
    {
        var command = session.Command($"DELETE FROM {_schema.Name} WHERE id = $id AND ver = $expected");
        command.Parameters.AddWithValue("$id", id);
        command.Parameters.AddWithValue("$expected", expectedVersion);
        return command.ExecuteNonQuery() == 1;
    }

    public StoredDocument? Get(SqliteSession session, string id)
    {
        var command = session.Command($"SELECT id, owner, ver, body{_columns} FROM {_schema.Name} WHERE id = $id");
        command.Parameters.AddWithValue("$id", id);
        using var reader = command.ExecuteReader();
        return reader.Read() ? Read(reader) : null;
    }

    public DocumentPage Query(SqliteSession session, IndexRange range)
    {
        var index = _schema.Indexes.Single(index => index.Name == range.Index);
        string column = "ix_" + index.Name;
        string direction = range.Descending ? "DESC" : "ASC";
        string sql = $"SELECT id, owner, ver, body{_columns} FROM {_schema.Name} WHERE {column} IS NOT NULL"
            + (range.From is null ? "" : $" AND {column} >= $from")
            + (range.To is null ? "" : $" AND {column} < $to")
            + (range.After is null ? "" : $" AND ({column}, id) {(range.Descending ? "<" : ">")} ($afterKey, $afterId)")
            + $" ORDER BY {column} {direction}{(index.Unique ? "" : $", id {direction}")} LIMIT $limit OFFSET $offset";
        var command = session.Command(sql);
        command.Parameters.AddWithValue("$from", range.From ?? "");
        command.Parameters.AddWithValue("$to", range.To ?? "");
        command.Parameters.AddWithValue("$afterKey", range.After?.Key ?? "");
        command.Parameters.AddWithValue("$afterId", range.After?.Id ?? "");
        command.Parameters.AddWithValue("$limit", range.Limit + 1);
        command.Parameters.AddWithValue("$offset", range.Offset);
        using var reader = command.ExecuteReader();
        var documents = new List<StoredDocument>();
        while (reader.Read())
        {
            documents.Add(Read(reader));
        }

        bool more = documents.Count > range.Limit;
        documents = documents.GetRange(0, Math.Min(documents.Count, range.Limit));
        return new DocumentPage(documents, more ? new IndexPosition(documents[^1].Keys[range.Index], documents[^1].Id) : null);
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]{0,40}$")]
    private static partial Regex Identifier();

    private static SqliteCommand Command(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Built from constants and identifiers that the constructor has checked.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    // "UNIQUE constraint failed: jobs.ix_idempotency": SQLite names the column only in this text.
    private static string ViolatedIndex(SqliteException error)
    {
        string column = error.Message[(error.Message.LastIndexOf('.', error.Message.TrimEnd('.', '\'').Length - 1) + 1)..].TrimEnd('.', '\'');
        return column.StartsWith("ix_", StringComparison.Ordinal) ? column[3..] : column;
    }

    // Keys that are taken for unchanged are part of the condition; the plus keeps them from being searched by.
    private bool Update(SqliteSession session, StoredDocument document, long expectedVersion, Func<string, bool> isChanged)
    {
        string assignments = "", conditions = "";
        foreach (var index in _schema.Indexes)
        {
            if (isChanged(index.Name))
            {
                assignments += $", ix_{index.Name} = $ix_{index.Name}";
            }
            else
            {
                conditions += $" AND +ix_{index.Name} IS $ix_{index.Name}";
            }
        }

        var command = Command(session, $"UPDATE {_schema.Name} SET owner = $owner, ver = $ver, body = $body{assignments} WHERE id = $id AND ver = $expected{conditions}", document);
        command.Parameters.AddWithValue("$expected", expectedVersion);
        return command.ExecuteNonQuery() == 1;
    }

    private SqliteCommand Command(SqliteSession session, string sql, StoredDocument document)
    {
        var command = session.Command(sql);
        command.Parameters.AddWithValue("$id", document.Id);
        command.Parameters.AddWithValue("$owner", document.Owner);
        command.Parameters.AddWithValue("$ver", document.Version);
        command.Parameters.AddWithValue("$body", document.Body.ToArray());
        foreach (var index in _schema.Indexes)
        {
            command.Parameters.AddWithValue("$ix_" + index.Name, document.Keys.TryGetValue(index.Name, out string? key) ? key : DBNull.Value);
        }

        return command;
    }

    private StoredDocument Read(SqliteDataReader reader)
    {
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < _schema.Indexes.Count; i++)
        {
            if (!reader.IsDBNull(4 + i))
            {
                keys[_schema.Indexes[i].Name] = reader.GetString(4 + i);
            }
        }

        return new StoredDocument(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), (byte[])reader.GetValue(3), keys);
    }

    private HashSet<string> ExistingColumns(SqliteConnection connection)
    {
        using var command = Command(connection, $"SELECT name FROM pragma_table_info('{_schema.Name}')");
        using var reader = command.ExecuteReader();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read())
        {
            names.Add(reader.GetString(0));
        }

        return names;
    }

    private void Reindex(SqliteConnection connection)
    {
        var bodies = new List<(string Id, byte[] Body)>();
        using (var select = Command(connection, $"SELECT id, body FROM {_schema.Name}"))
        using (var reader = select.ExecuteReader())
        {
            while (reader.Read())
            {
                bodies.Add((reader.GetString(0), (byte[])reader.GetValue(1)));
            }
        }

        foreach (var (id, body) in bodies)
        {
            var keys = _schema.Reindex(body);
            using var update = Command(connection, $"UPDATE {_schema.Name} SET id = id{_assignments} WHERE id = $id");
            update.Parameters.AddWithValue("$id", id);
            foreach (var index in _schema.Indexes)
            {
                update.Parameters.AddWithValue("$ix_" + index.Name, keys.TryGetValue(index.Name, out string? key) ? key : DBNull.Value);
            }

            update.ExecuteNonQuery();
        }
    }
}
