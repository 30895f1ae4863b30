using System.Threading.Channels;

namespace Platform.Gateway.Jobs;

/// <summary>
/// Bells that wait for an answer: one for each thing, however often it is rung for; several are answered at once. Organizations take
/// turns, so that one with thousands of jobs does not keep the next job of another waiting.
/// </summary>
/// <typeparam name="T">What is rung for.</typeparam>
/// <param name="turnOf">The organization whose turn it takes.</param>
internal sealed class BellQueue<T>(Func<T, string> turnOf)
    where T : notnull
{
    // One for each bell that waits.
    private readonly Channel<bool> _rung = Channel.CreateBounded<bool>(10_000);
    private readonly Lock _lock = new();
    private readonly HashSet<T> _waiting = [];
    private readonly Dictionary<string, Queue<T>> _queues = new(StringComparer.Ordinal);
    private readonly Queue<string> _turns = new();

    /// <summary>There may be something to do. What waits already needs no second bell; a bell too many is dropped, a scan finds what it was for.</summary>
    /// <returns>Whether it waits.</returns>
    public bool Ring(T thing)
    {
        lock (_lock)
        {
            if (_waiting.Contains(thing))
            {
                return true;
            }

            if (!_rung.Writer.TryWrite(true))
            {
                return false;
            }

            _waiting.Add(thing);
            string turn = turnOf(thing);
            if (!_queues.TryGetValue(turn, out var queue))
            {
                _queues[turn] = queue = new Queue<T>();
                _turns.Enqueue(turn);
            }

            queue.Enqueue(thing);
            return true;
        }
    }

    /// <summary>Answers bells until it is cancelled, at most so many at once.</summary>
    public Task AnswerAsync(int most, Func<T, CancellationToken, Task> answer, CancellationToken cancellation) =>
        Task.WhenAll(Enumerable.Range(0, most).Select(_ => AnswerInTurnAsync(answer, cancellation)));

    private async Task AnswerInTurnAsync(Func<T, CancellationToken, Task> answer, CancellationToken cancellation)
    {
        while (true)
        {
            await _rung.Reader.ReadAsync(cancellation);
            await answer(Next(), cancellation);
        }
    }

    private T Next()
    {
        lock (_lock)
        {
            string turn = _turns.Dequeue();
            var queue = _queues[turn];
            var thing = queue.Dequeue();
            if (queue.Count > 0)
            {
                _turns.Enqueue(turn);
            }
            else
            {
                _queues.Remove(turn);
            }

            // Before the look: what happens from here on needs another one.
            _waiting.Remove(thing);
            return thing;
        }
    }
}
