using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Platform.Gateway.Jobs;

/// <summary>Bells that wait for an answer: one for each thing, however often it is rung for; several are answered at once.</summary>
/// <typeparam name="T">What is rung for.</typeparam>
internal sealed class BellQueue<T>
    where T : notnull
{
    private readonly Channel<T> _rung = Channel.CreateBounded<T>(10_000);
    private readonly ConcurrentDictionary<T, bool> _waiting = new();

    /// <summary>There may be something to do. What waits already needs no second bell; a bell too many is dropped, a scan finds what it was for.</summary>
    public void Ring(T thing)
    {
        if (_waiting.TryAdd(thing, true) && !_rung.Writer.TryWrite(thing))
        {
            _waiting.TryRemove(thing, out _);
        }
    }

    /// <summary>Answers bells until it is cancelled, at most so many at once.</summary>
    public Task AnswerAsync(int most, Func<T, CancellationToken, Task> answer, CancellationToken cancellation) =>
        Task.WhenAll(Enumerable.Range(0, most).Select(_ => AnswerInTurnAsync(answer, cancellation)));

    private async Task AnswerInTurnAsync(Func<T, CancellationToken, Task> answer, CancellationToken cancellation)
    {
        while (true)
        {
            var thing = await _rung.Reader.ReadAsync(cancellation);

            // Before the look: what happens from here on needs another one.
            _waiting.TryRemove(thing, out _);
            await answer(thing, cancellation);
        }
    }
}
