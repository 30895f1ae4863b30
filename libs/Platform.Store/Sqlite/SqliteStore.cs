using Microsoft.Data.Sqlite;

namespace Platform.Store.Sqlite;

/// <summary>
/// Documents in one SQLite file: write-ahead log, synchronous=FULL, one writer that commits in groups, several readers.
/// A table holds a collection; each index is a column of it.
/// </summary>
public sealed class SqliteStore : IDocumentStore
{
    // Older versions can lose committed pages when a write-ahead log is reset (sqlite.org/changes, 3.51.3).
    private static readonly Version s_oldestSafe = new(3, 51, 3);

    private readonly SqliteStoreOptions _options;
    private readonly FileLock _lock;
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;
    private readonly DocumentCache _cache;
    private readonly Dictionary<string, SqliteTable> _tables = new(StringComparer.Ordinal);

    /// <summary>Opens or makes the database; fails when another process has it.</summary>
    /// <exception cref="StoreException">LOCKED, UNREADABLE or FULL.</exception>
    public SqliteStore(SqliteStoreOptions options)
    {
        _options = options;
        _lock = FileLock.Take(options.Path + ".lock");
        try
        {
            var connection = SqliteConnections.OpenWriter(options.Path);
            CheckVersion(connection);
            _writer = new SqliteWriter(connection, options);
            _readers = new SqliteReaders(options);
            _cache = new DocumentCache(options.CacheBytes);
        }
        catch (SqliteException error)
        {
            _lock.Dispose();
            throw SqliteErrors.Translate(error);
        }
    }

    /// <inheritdoc/>
    public async Task OpenAsync(IReadOnlyList<CollectionSchema> collections, CancellationToken cancellation)
    {
        foreach (var schema in collections)
        {
            var table = new SqliteTable(schema);
            await _writer.RunAsync(session => table.Migrate(session.Connection), committed: null, cancellation);
            _tables[schema.Name] = table;
        }
    }

    /// <inheritdoc/>
    public Task<InsertOutcome> InsertAsync(string collection, StoredDocument document, CancellationToken cancellation)
    {
        var table = _tables[collection];
        return _writer.RunAsync(
            session => table.Insert(session, document),
            outcome => Remember(collection, outcome.Inserted, document.Id, document),
            cancellation);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<InsertOutcome>> InsertManyAsync(string collection, IReadOnlyList<StoredDocument> documents, CancellationToken cancellation)
    {
        var table = _tables[collection];
        return _writer.RunAsync(
            session => Ordered.Insert(documents, document => table.Insert(session, document)),
            outcomes =>
            {
                for (int i = 0; i < outcomes.Count; i++)
                {
                    Remember(collection, outcomes[i].Inserted, documents[i].Id, documents[i]);
                }
            },
            cancellation);
    }

    /// <inheritdoc/>
    public Task<StoredDocument?> GetAsync(string collection, string id, CancellationToken cancellation)
    {
        if (_cache.TryGet(collection, id, out var known))
        {
            return Task.FromResult(known);
        }

        var table = _tables[collection];
        return _readers.RunAsync(
            session =>
            {
                long stamp = _cache.Stamp;
                var document = table.Get(session, id);
                _cache.Offer(stamp, collection, id, document);
                return document;
            },
            cancellation);
    }

    /// <inheritdoc/>
    public Task<ReplaceOutcome> ReplaceIfVersionAsync(string collection, StoredDocument document, long expectedVersion, CancellationToken cancellation)
    {
        var table = _tables[collection];
        return _writer.RunAsync(
            session => table.Replace(session, document, expectedVersion, _cache.TryGet(collection, document.Id, out var known) ? known : null),
            outcome => Remember(collection, outcome == ReplaceOutcome.Replaced, document.Id, document),
            cancellation);
    }

    /// <inheritdoc/>
    public Task<DocumentPage> QueryAsync(string collection, IndexRange range, CancellationToken cancellation)
    {
        var table = _tables[collection];
        return _readers.RunAsync(session => table.Query(session, range), cancellation);
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string collection, string id, long expectedVersion, CancellationToken cancellation)
    {
        var table = _tables[collection];
        return _writer.RunAsync(
            session => table.Delete(session, id, expectedVersion),
            deleted => Remember(collection, deleted, id, null),
            cancellation);
    }

    /// <summary>Writes a consistent copy of the database while it is in use.</summary>
    /// <param name="path">Target file; must not exist.</param>
    /// <param name="cancellation">Cancellation.</param>
    public Task BackupAsync(string path, CancellationToken cancellation) => _readers.RunAsync(
        session =>
        {
            using var command = session.Connection.CreateCommand();
            command.CommandText = "VACUUM INTO $path";
            command.Parameters.AddWithValue("$path", path);
            return command.ExecuteNonQuery();
        },
        cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _readers.Dispose();
        _cache.Dispose();
        _lock.Dispose();
    }

    private void Remember(string collection, bool written, string id, StoredDocument? document)
    {
        if (written)
        {
            _cache.Committed(collection, id, document);
        }
    }

    private void CheckVersion(SqliteConnection connection)
    {
        if (new Version(connection.ServerVersion) < s_oldestSafe)
        {
            throw new StoreException(StoreProblem.Unreadable, $"SQLite {connection.ServerVersion} is older than {s_oldestSafe}, which first kept every committed write");
        }

        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA quick_check(1)";
        if (command.ExecuteScalar() as string is { } answer && answer != "ok")
        {
            throw new StoreException(StoreProblem.Unreadable, $"{_options.Path} is damaged: {answer}; restore a backup");
        }
    }
}
