using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Platform.Store.Sqlite;

/// <summary>
/// The one writer. While a transaction is being flushed the next writes gather, and then share the next flush: a single
/// write waits for one flush, a thousand at once for few.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private readonly SqliteSession _session;
    private readonly SqliteStoreOptions _options;
    private readonly Channel<WriteOperation> _queue = Channel.CreateBounded<WriteOperation>(new BoundedChannelOptions(10_000) { SingleReader = true });
    private readonly Task _loop;

    public SqliteWriter(SqliteConnection connection, SqliteStoreOptions options)
    {
        _session = new SqliteSession(connection);
        _options = options;
        _loop = Task.Factory.StartNew(Loop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <param name="write">The write, inside the transaction.</param>
    /// <param name="committed">Called with its result once that is on the disk, before the caller hears of it.</param>
    /// <param name="cancellation">Gives up while the write has not been queued.</param>
    public async Task<TResult> RunAsync<TResult>(Func<SqliteSession, TResult> write, Action<TResult>? committed, CancellationToken cancellation)
    {
        var operation = new WriteOperation<TResult>(write, committed);
        await _queue.Writer.WriteAsync(operation, cancellation);
        return await operation.Completion;
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
        _session.Dispose();
    }

    private void Loop()
    {
        var batch = new List<WriteOperation>(_options.LargestBatch);
        while (WaitForWork())
        {
            batch.Clear();
            while (batch.Count < _options.LargestBatch && _queue.Reader.TryRead(out var operation))
            {
                batch.Add(operation);
            }

            Commit(batch);
        }
    }

    // The loop owns its thread: blocking it is the point.
    private bool WaitForWork() => _queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult();

    private void Commit(List<WriteOperation> batch)
    {
        try
        {
            _session.Execute("BEGIN IMMEDIATE");
            batch.ForEach(operation => operation.Execute(_session));
#if CRASH_POINTS
            Crashing.CrashPoint.Reached("store.before-commit");
#endif
            _session.Execute("COMMIT");
#if CRASH_POINTS
            Crashing.CrashPoint.Reached("store.after-commit");
#endif
            batch.ForEach(operation => operation.Complete());
        }
        catch (SqliteException error)
        {
            if (SqliteErrors.IsFatal(error))
            {
                _options.Fatal(error);
            }

            RollBack();
            Fail(batch, error);
        }
    }

    // Some errors, a full disk among them, end the transaction by themselves (sqlite.org/lang_transaction.html, 3.1).
    private void RollBack()
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(_session.Connection.Handle) == 0)
        {
            _session.Execute("ROLLBACK");
        }
    }

    // One write that does not fit must not take down the others of its batch: they are tried again one by one.
    private void Fail(List<WriteOperation> batch, SqliteException error)
    {
        if (batch.Count == 1)
        {
            batch[0].Fail(SqliteErrors.Translate(error));
            return;
        }

        foreach (var operation in batch)
        {
            Commit([operation]);
        }
    }
}
