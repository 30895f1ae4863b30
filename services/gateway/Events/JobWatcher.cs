using System.Collections.Concurrent;

namespace Platform.Gateway.Events;

/// <summary>Wakes those in this process who watch a job or all jobs of an organization. A missed wake costs one sweep: watchers read the log again anyway.</summary>
internal sealed class JobWatcher
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _changes = new(StringComparer.Ordinal);

    /// <summary>Completes at the next change of the job, or of any job of the organization.</summary>
    public Task NextChange(string id) =>
        _changes.GetOrAdd(id, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Changed(string id)
    {
        if (_changes.TryRemove(id, out var waiting))
        {
            waiting.TrySetResult();
        }
    }
}
