namespace Platform.ServiceDefaults;

/// <summary>The pause between two turns of a loop, which a ring cuts short. The loop goes on in its own context: a simulation can drive it.</summary>
/// <param name="clock">The clock.</param>
public sealed class Nap(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _sleeping;
    private bool _rung;

    /// <summary>Ends the pause, or the next one where there is none.</summary>
    public void Ring()
    {
        lock (_lock)
        {
            _rung = _sleeping is null;
            _sleeping?.TrySetResult();
        }
    }

    /// <summary>Completes after a time, at a ring, or when the loop is to stop.</summary>
    public async Task TakeAsync(TimeSpan time, CancellationToken stopping)
    {
        var sleeping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_rung)
            {
                _rung = false;
                return;
            }

            _sleeping = sleeping;
        }

        await using var timer = clock.CreateTimer(Wake, sleeping, time, Timeout.InfiniteTimeSpan);
        using var stop = stopping.UnsafeRegister(Wake, sleeping);
        await sleeping.Task;
        lock (_lock)
        {
            _sleeping = null;
        }
    }

    private static void Wake(object? sleeping) => ((TaskCompletionSource)sleeping!).TrySetResult();
}
