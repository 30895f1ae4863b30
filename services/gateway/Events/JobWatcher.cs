using System.Collections.Concurrent;

namespace Platform.Gateway.Events;

/// <summary>Wakes those in this process who watch a job. A missed wake costs one sweep: watchers read the log again anyway.</summary>
internal sealed class JobWatcher
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _changes = new(StringComparer.Ordinal);

    /// <summary>Completes at the job's next change.</summary>
    public Task NextChange(string jobId) =>
        _changes.GetOrAdd(jobId, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Changed(string jobId)
    {
        if (_changes.TryRemove(jobId, out var waiting))
        {
            waiting.TrySetResult();
        }
    }
}
