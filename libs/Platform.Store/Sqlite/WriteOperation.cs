namespace Platform.Store.Sqlite;

/// <summary>A write that waits for its transaction.</summary>
internal abstract class WriteOperation
{
    public abstract void Execute(SqliteSession session);

    public abstract void Complete();

    public abstract void Fail(Exception error);
}

/// <summary>A write with a result, which its caller sees only after the commit.</summary>
internal sealed class WriteOperation<TResult>(Func<SqliteSession, TResult> write, Action<TResult>? committed) : WriteOperation
{
    private readonly TaskCompletionSource<TResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TResult? _result;

    public Task<TResult> Completion => _completion.Task;

    public override void Execute(SqliteSession session) => _result = write(session);

    public override void Complete()
    {
        committed?.Invoke(_result!);
        _completion.TrySetResult(_result!);
    }

    public override void Fail(Exception error) => _completion.TrySetException(error);
}
