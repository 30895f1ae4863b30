using Platform.Store;

namespace Platform.Gateway.Jobs;

/// <summary>
/// Jobs of this process that may be due. One pass at a time brings a job further; what is written to the job meanwhile calls for
/// another one only where the pass has not seen it: most of it the pass wrote itself.
/// </summary>
internal sealed class DueJobs(TimeProvider clock)
{
    // Of one organization, whose writes can share a flush to disk.
    private const int MostOfOne = 32;

    /// <summary>What a pass answers that has not brought its job as far as it can go now.</summary>
    public const long Unfinished = -1;

    /// <summary>What was read so recently need not be read again. Who writes to it later rings too, and the version decides.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(100);

    // What was written here waits longer for its pass when thousands come at once. Nearly all that happens to it meanwhile happens here too.
    private static readonly TimeSpan s_freshWhereWritten = TimeSpan.FromSeconds(30);

    private readonly BellQueue<(string Owner, string Id)> _bells = new(bell => bell.Owner, MostOfOne);
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Owner, string Id), (Versioned<Job> Job, DateTimeOffset At)> _waiting = [];
    private readonly Dictionary<(string Owner, string Id), long> _passes = [];

    /// <summary>A job was written; is it due, a pass is to bring it further.</summary>
    public void Wrote(Versioned<Job> job, bool isDue)
    {
        var key = KeyOf(job);
        lock (_lock)
        {
            if (isDue && _passes.TryGetValue(key, out long rung))
            {
                _passes[key] = Math.Max(rung, job.Version);
                return;
            }

            bool waits = _waiting.TryGetValue(key, out var known);
            if ((waits || (isDue && _bells.Ring(key))) && !(waits && known.Job.Version > job.Version))
            {
                _waiting[key] = (job, clock.GetUtcNow());
            }
        }
    }

    /// <summary>How many wait for their turn.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Whether a pass on a job is under way or waits for its turn: a scan that finds it due need not bring it further too.</summary>
    public bool IsInHand(Versioned<Job> job)
    {
        var key = KeyOf(job);
        lock (_lock)
        {
            return _waiting.ContainsKey(key) || _passes.ContainsKey(key);
        }
    }

    /// <summary>Answers bells until it is cancelled, at most so many at once; a pass is given the job where it was written just now, else null.</summary>
    public Task AnswerAsync(int most, Func<string, string, Versioned<Job>?, CancellationToken, Task> answer, CancellationToken cancellation) =>
        _bells.AnswerAsync(most, (key, stop) => answer(key.Owner, key.Id, Take(key), stop), cancellation);

    /// <summary>Carries out a pass, unless one is under way already: that one is told.</summary>
    /// <param name="job">The job as it was read.</param>
    /// <param name="pass">Answers the version up to which it has brought the job as far as it can go, or <see cref="Unfinished"/>.</param>
    /// <param name="cancellation">Cancellation.</param>
    public async Task PassAsync(Versioned<Job> job, Func<Versioned<Job>, CancellationToken, Task<long>> pass, CancellationToken cancellation)
    {
        var key = KeyOf(job);
        if (!Begin(key, job.Version))
        {
            return;
        }

        // A pass that fails is not repeated at once: its job stays due.
        long seen = long.MaxValue;
        try
        {
            seen = await pass(job, cancellation);
        }
        finally
        {
            End(key, seen);
        }
    }

    private static (string Owner, string Id) KeyOf(Versioned<Job> job) => (job.Value.Owner, job.Value.Id);

    private bool Begin((string Owner, string Id) key, long version)
    {
        lock (_lock)
        {
            if (_passes.TryAdd(key, 0))
            {
                return true;
            }

            _passes[key] = Math.Max(_passes[key], version);
            return false;
        }
    }

    private void End((string Owner, string Id) key, long seen)
    {
        lock (_lock)
        {
            if (_passes.Remove(key, out long rung) && rung > seen)
            {
                _bells.Ring(key);
            }
        }
    }

    private Versioned<Job>? Take((string Owner, string Id) key)
    {
        lock (_lock)
        {
            return _waiting.Remove(key, out var known) && clock.GetUtcNow() - known.At < s_freshWhereWritten ? known.Job : null;
        }
    }
}
