namespace Platform.Simulation.Tests.Engine;

/// <summary>
/// The world's one thread and its virtual clock. Of all that could go on now the seed picks what does; when nothing can, the clock
/// jumps to the next moment at which something is due.
/// </summary>
internal sealed class Scheduler(Chance chance)
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly List<Step> _ready = [];
    private readonly PriorityQueue<Step, (long At, long Order)> _later = new();
    private long _order;
    private volatile string? _stray;

    /// <summary>Ticks since the beginning.</summary>
    public long Now { get; private set; }

    /// <summary>Steps taken.</summary>
    public long Steps { get; private set; }

    /// <summary>Where something went on outside the scheduler, which no seed could replay; null while nothing did.</summary>
    public string? Stray => _stray;

    /// <summary>Lets a process go on with something now.</summary>
    public void Post(Process process, SendOrPostCallback callback, object? state)
    {
        // A finalizer may still signal the timers of a process that has died.
        if (!process.IsAlive)
        {
            return;
        }

        if (CheckThread(process))
        {
            _ready.Add(new Step(process, callback, state));
        }
    }

    /// <summary>Lets a process go on with something after a time, unless it has died by then.</summary>
    public void After(TimeSpan delay, Process process, Action action)
    {
        if (delay <= TimeSpan.Zero)
        {
            Post(process, static state => ((Action)state!)(), action);
        }
        else
        {
            Later(delay.Ticks, process, static state => ((Action)state!)(), action);
        }
    }

    public void Later(long ticks, Process process, SendOrPostCallback callback, object? state)
    {
        if (CheckThread(process))
        {
            _later.Enqueue(new Step(process, callback, state), (Now + Math.Max(1, ticks), _order++));
        }
    }

    /// <summary>Takes one step.</summary>
    /// <returns>False when nothing is left to do.</returns>
    public bool TakeStep()
    {
        while (_ready.Count == 0)
        {
            if (!_later.TryDequeue(out var due, out var when))
            {
                return false;
            }

            Now = when.At;
            Enter(due);
            while (_later.TryPeek(out _, out var next) && next.At == Now)
            {
                Enter(_later.Dequeue());
            }
        }

        int index = chance.Below(_ready.Count);
        var step = _ready[index];
        _ready[index] = _ready[^1];
        _ready.RemoveAt(_ready.Count - 1);
        Run(step);
        return true;
    }

    /// <summary>Notes whoever is not on the world's thread.</summary>
    public bool CheckThread(Process process)
    {
        if (Environment.CurrentManagedThreadId == _thread)
        {
            return true;
        }

        _stray ??= $"{process.Name} went on outside the scheduler:\n{Environment.StackTrace}";
        return false;
    }

    private void Enter(Step step)
    {
        if (step.Process.IsAlive)
        {
            _ready.Add(step);
        }
    }

    private void Run(Step step)
    {
        var process = step.Process;
        if (!process.IsAlive)
        {
            return;
        }

        if (process.PausedUntil > Now)
        {
            Later(process.PausedUntil - Now, process, step.Callback, step.State);
            return;
        }

        Steps++;
        SynchronizationContext.SetSynchronizationContext(process);
        try
        {
            step.Callback(step.State);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }
    }

    private readonly record struct Step(Process Process, SendOrPostCallback Callback, object? State);
}
