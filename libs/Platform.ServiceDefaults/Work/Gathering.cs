namespace Platform.ServiceDefaults;

/// <summary>
/// Lets calls that come while one is under way share the next: the first goes at once and alone, what gathers meanwhile goes together. A
/// call costs both its ends about as much as what it carries: two at once would be sooner back for one caller, and later for many.
/// </summary>
/// <typeparam name="TAsk">What a caller asks.</typeparam>
/// <typeparam name="TAnswer">What it is answered.</typeparam>
/// <param name="run">Carries out what has gathered, and answers each; whom it leaves out is told of its error.</param>
/// <param name="longest">How long a call may take: one that never ends would keep all who come after it.</param>
/// <param name="clock">Clock.</param>
public sealed class Gathering<TAsk, TAnswer>(Func<IReadOnlyList<Gathered<TAsk, TAnswer>>, CancellationToken, Task> run, TimeSpan longest, TimeProvider clock)
{
    private const int Largest = 100;

    private readonly Lock _lock = new();
    private readonly Queue<Gathered<TAsk, TAnswer>> _waiting = new();
    private bool _isRunning;

    /// <summary>Asks, alone or with others. Who gives up may still be carried out.</summary>
    public async Task<TAnswer> AskAsync(TAsk ask, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var own = new Gathered<TAsk, TAnswer>(ask);
        bool first;
        lock (_lock)
        {
            _waiting.Enqueue(own);
            first = !_isRunning;
            _isRunning = true;
        }

        if (first)
        {
            // Goes on for others too: nobody waits for its end, and it fails only those whom it answers.
            _ = RunAsync();
        }

        return await own.Answered.WaitAsync(cancellation);
    }

    private async Task RunAsync()
    {
        while (Next() is { Count: > 0 } batch)
        {
            using var bound = new CancellationTokenSource(longest, clock);
            try
            {
                await run(batch, bound.Token);
            }
            catch (Exception error) when (FailAll(batch, bound.IsCancellationRequested ? new TimeoutException($"no answer within {longest.TotalSeconds:0} s", error) : error))
            {
                // Each was told.
                continue;
            }
        }
    }

    private static bool FailAll(List<Gathered<TAsk, TAnswer>> batch, Exception error)
    {
        batch.ForEach(one => one.Fail(error));
        return true;
    }

    private List<Gathered<TAsk, TAnswer>> Next()
    {
        lock (_lock)
        {
            var batch = new List<Gathered<TAsk, TAnswer>>();
            while (batch.Count < Largest && _waiting.TryDequeue(out var one))
            {
                batch.Add(one);
            }

            _isRunning = batch.Count > 0;
            return batch;
        }
    }
}

/// <summary>One of those that go together.</summary>
/// <typeparam name="TAsk">What a caller asks.</typeparam>
/// <typeparam name="TAnswer">What it is answered.</typeparam>
/// <param name="ask">What it asks.</param>
public sealed class Gathered<TAsk, TAnswer>(TAsk ask)
{
    private readonly TaskCompletionSource<TAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What it asks.</summary>
    public TAsk Ask => ask;

    /// <summary>Its answer.</summary>
    public Task<TAnswer> Answered => _answer.Task;

    /// <summary>Answers it; nothing where it has its answer already.</summary>
    public void Answer(TAnswer answer) => _answer.TrySetResult(answer);

    /// <summary>Nothing where it has its answer already.</summary>
    public void Fail(Exception error) => _answer.TrySetException(error);
}
