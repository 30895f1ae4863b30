namespace Platform.Gateway.Subscriptions;

/// <summary>Lets one worker of this process at a thing; who comes meanwhile makes that worker look once more.</summary>
internal sealed class OneAtATime
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _running = new(StringComparer.Ordinal);
    private readonly HashSet<string> _again = new(StringComparer.Ordinal);

    /// <summary>Does the work now, or has it done again by whoever is at it.</summary>
    public async Task RunAsync(string id, Func<Task> work)
    {
        if (!Enter(id))
        {
            return;
        }

        try
        {
            do
            {
                await work();
            }
            while (!Leave(id, done: true));
        }
        catch
        {
            Leave(id, done: false);
            throw;
        }
    }

    private bool Enter(string id)
    {
        lock (_lock)
        {
            if (_running.Add(id))
            {
                return true;
            }

            _again.Add(id);
            return false;
        }
    }

    private bool Leave(string id, bool done)
    {
        lock (_lock)
        {
            if (_again.Remove(id) && done)
            {
                return false;
            }

            _running.Remove(id);
            return true;
        }
    }
}
