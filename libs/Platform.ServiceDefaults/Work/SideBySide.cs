using System.Collections.Concurrent;

namespace Platform.ServiceDefaults;

/// <summary>Work on several things at once, in the caller's context where it has one: a simulation can drive it.</summary>
public static class SideBySide
{
    /// <summary>Works on each item, on at most so many at once. One that fails keeps no other from its turn.</summary>
    /// <param name="items">The items.</param>
    /// <param name="most">How many at once.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellation">Begins no other item.</param>
    public static async Task ForEachAsync<T>(IEnumerable<T> items, int most, Func<T, CancellationToken, Task> work, CancellationToken cancellation)
    {
        var waiting = new ConcurrentQueue<T>(items);
        await Task.WhenAll(Enumerable.Range(0, Math.Min(most, waiting.Count)).Select(_ => WorkAsync(waiting, work, cancellation)));
    }

    private static async Task WorkAsync<T>(ConcurrentQueue<T> waiting, Func<T, CancellationToken, Task> work, CancellationToken cancellation)
    {
        // The others begin before this one is done with its first item.
        await Task.Yield();
        while (waiting.TryDequeue(out var item))
        {
            cancellation.ThrowIfCancellationRequested();
            await work(item, cancellation);
        }
    }
}
