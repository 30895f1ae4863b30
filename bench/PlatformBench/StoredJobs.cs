using Microsoft.Data.Sqlite;
using Platform.Store;

namespace PlatformBench;

/// <summary>The documents of submitted jobs, with their keys, as the gateway's database holds them.</summary>
internal sealed record StoredJobs(CollectionSchema Schema, IReadOnlyList<StoredDocument> Documents)
{
    private const string Table = "jobs";

    /// <summary>Reads the newest jobs of a database in use.</summary>
    public static StoredJobs Read(string path, int count)
    {
        using var connection = new SqliteConnection($"Data Source={path};Mode=ReadOnly");
        connection.Open();
        var names = Rows(connection, $"SELECT name FROM pragma_table_info('{Table}') WHERE name LIKE 'ix\\_%' ESCAPE '\\'", row => row.GetString(0)["ix_".Length..]);
        var unique = Rows(connection, $"SELECT name FROM pragma_index_list('{Table}') WHERE \"unique\" AND origin = 'c'", row => row.GetString(0)[(Table.Length + 1)..]).ToHashSet();
        string columns = string.Concat(names.Select(name => $", ix_{name}"));
        var documents = Rows(connection, $"SELECT id, owner, body{columns} FROM {Table} ORDER BY ix_created DESC LIMIT {count}", row => new StoredDocument(
            row.GetString(0), row.GetString(1), 1, (byte[])row.GetValue(2),
            names.Select((name, i) => (name, i)).Where(entry => !row.IsDBNull(3 + entry.i)).ToDictionary(entry => entry.name, entry => row.GetString(3 + entry.i))));
        return new StoredJobs(new CollectionSchema(Table, [.. names.Select(name => new IndexSchema(name, unique.Contains(name)))], _ => new Dictionary<string, string>()), documents);
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
