using System.Collections.Concurrent;

namespace Platform.Gateway.Events;

/// <summary>Wakes those in this process who watch a job or all jobs of an organization. A missed wake costs one sweep: watchers read the log again anyway.</summary>
internal sealed class JobWatcher(TimeProvider clock)
{
    private static readonly TimeSpan s_sweep = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _changes = new(StringComparer.Ordinal);

    /// <summary>Completes at the next change of the job, or of any job of the organization.</summary>
    public Task NextChange(string id) =>
        _changes.GetOrAdd(id, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Waits for a change that was asked for before the last look, or for the next sweep.</summary>
    public async Task WaitAsync(Task change, CancellationToken cancellation)
    {
        await Task.WhenAny(change, Task.Delay(s_sweep, clock, cancellation));
        cancellation.ThrowIfCancellationRequested();
    }

    public void Changed(string id)
    {
        if (_changes.TryRemove(id, out var waiting))
        {
            waiting.TrySetResult();
        }
    }
}
