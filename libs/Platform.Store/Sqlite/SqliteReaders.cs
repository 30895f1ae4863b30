using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Platform.Store.Sqlite;

/// <summary>A few read connections. SQLite reads are synchronous and take microseconds, so they run on the caller's thread.</summary>
internal sealed class SqliteReaders(SqliteStoreOptions options) : IDisposable
{
    private readonly ConcurrentBag<SqliteSession> _idle = [];
    private readonly SemaphoreSlim _slots = new(options.Readers);

    public async Task<TResult> RunAsync<TResult>(Func<SqliteSession, TResult> read, CancellationToken cancellation)
    {
        await _slots.WaitAsync(cancellation);
        try
        {
            if (!_idle.TryTake(out var session))
            {
                session = new SqliteSession(SqliteConnections.OpenReader(options.Path));
            }

            var result = read(session);
            _idle.Add(session);
            return result;
        }
        catch (SqliteException error)
        {
            throw SqliteErrors.Translate(error);
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose()
    {
        foreach (var session in _idle)
        {
            session.Dispose();
        }

        _slots.Dispose();
    }
}
