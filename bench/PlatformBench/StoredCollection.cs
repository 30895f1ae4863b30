using Microsoft.Data.Sqlite;
using Platform.Store;

namespace PlatformBench;

/// <summary>What submitted jobs left in a collection, with its keys, as the gateway's database holds it.</summary>
internal sealed record StoredCollection(CollectionSchema Schema, IReadOnlyList<StoredDocument> Documents)
{
    /// <summary>Reads the newest documents of a database in use.</summary>
    public static StoredCollection Read(string path, string table, int count)
    {
        using var connection = new SqliteConnection($"Data Source={path};Mode=ReadOnly");
        connection.Open();
        var names = Rows(connection, $"SELECT name FROM pragma_table_info('{table}') WHERE name LIKE 'ix\\_%' ESCAPE '\\'", row => row.GetString(0)["ix_".Length..]);
        var unique = Rows(connection, $"SELECT name FROM pragma_index_list('{table}') WHERE \"unique\" AND origin = 'c'", row => row.GetString(0)[(table.Length + 1)..]).ToHashSet();
        string columns = string.Concat(names.Select(name => $", ix_{name}"));
        var documents = Rows(connection, $"SELECT id, owner, body{columns} FROM {table} ORDER BY rowid DESC LIMIT {count}", row => new StoredDocument(
            row.GetString(0), row.GetString(1), 1, (byte[])row.GetValue(2),
            names.Select((name, i) => (name, i)).Where(entry => !row.IsDBNull(3 + entry.i)).ToDictionary(entry => entry.name, entry => row.GetString(3 + entry.i))));
        return new StoredCollection(new CollectionSchema(table, [.. names.Select(name => new IndexSchema(name, unique.Contains(name)))], _ => new Dictionary<string, string>()), documents);
    }

    private static List<T> Rows<T>(SqliteConnection connection, string sql, Func<SqliteDataReader, T> read)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this file and names that the database gave.
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
