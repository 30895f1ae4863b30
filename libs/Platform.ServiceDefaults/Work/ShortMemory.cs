using System.Collections.Concurrent;

namespace Platform.ServiceDefaults;

/// <summary>What was learnt a moment ago and need not be asked again yet, so that a burst of calls does not ask the same thousands of times.</summary>
/// <typeparam name="TKey">What is asked.</typeparam>
/// <typeparam name="TValue">What the answer was.</typeparam>
/// <param name="most">Answers at most; beyond, all are forgotten.</param>
/// <param name="clock">Clock.</param>
public sealed class ShortMemory<TKey, TValue>(int most, TimeProvider clock)
    where TKey : notnull
    where TValue : class
{
    private readonly ConcurrentDictionary<TKey, Entry> _known = new();

    /// <summary>The answer, or null where it is not known or its time is over.</summary>
    public TValue? Recall(TKey key) => _known.TryGetValue(key, out var entry) && entry.Until > clock.GetUtcNow() ? entry.Value : null;

    /// <summary>Keeps an answer for so long.</summary>
    public void Remember(TKey key, TValue value, TimeSpan time)
    {
        // To count costs every lock: only what is new is a reason to.
        if (!_known.ContainsKey(key) && _known.Count >= most)
        {
            _known.Clear();
        }

        _known[key] = new Entry(value, clock.GetUtcNow() + time);
    }

    /// <summary>Something has changed: it must be asked again.</summary>
    public void Forget(TKey key) => _known.TryRemove(key, out _);

    private sealed record Entry(TValue Value, DateTimeOffset Until);
}
