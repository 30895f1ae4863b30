namespace Platform.ServiceDefaults;

/// <summary>Lets one through at a time, in the order of arrival. Unlike behind a semaphore, whoever waited goes on in its own context: a simulation can drive it.</summary>
public sealed class Turn
{
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private bool _taken;

    /// <summary>Completes when it is the caller's turn, which it ends with <see cref="Release"/>.</summary>
    /// <exception cref="OperationCanceledException">It gave up before.</exception>
    public async Task TakeAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var place = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (!_taken)
            {
                _taken = true;
                return;
            }

            _waiting.Enqueue(place);
        }

        using var leaving = cancellation.UnsafeRegister(static (left, token) => ((TaskCompletionSource)left!).TrySetCanceled(token), place);
        await place.Task;
    }

    /// <summary>Ends the turn; the next who has not given up has it.</summary>
    public void Release()
    {
        lock (_lock)
        {
            while (_waiting.TryDequeue(out var next))
            {
                if (next.TrySetResult())
                {
                    return;
                }
            }

            _taken = false;
        }
    }
}
