using System.Collections.Concurrent;

namespace Platform.Store;

/// <summary>
/// Documents as this process wrote them last. No truth: only where a compare-and-swap may begin without reading first, and what need not
/// be parsed again when it is read. One that has been changed since by somebody else fails there, and is read.
/// </summary>
internal sealed class RecentDocuments<T>
    where T : class
{
    // In each of two generations: when the young one is full, the old one is forgotten.
    private const int Most = 4096;

    private volatile ConcurrentDictionary<(string Owner, string Id), Versioned<T>> _young = new();
    private volatile ConcurrentDictionary<(string Owner, string Id), Versioned<T>> _old = new();

    // In the young one: to count what is there, each writer would have to wait for all others.
    private int _added;

    public Versioned<T>? Find(string owner, string id) => _young.GetValueOrDefault((owner, id)) ?? _old.GetValueOrDefault((owner, id));

    /// <summary>The same, where it is of that version.</summary>
    public Versioned<T>? Find(string owner, string id, long version) => Find(owner, id) is { } known && known.Version == version ? known : null;

    /// <summary>Keeps the newer of what is known and this.</summary>
    public void Saw(string owner, string id, Versioned<T> document)
    {
        var young = _young;
        if (!young.TryAdd((owner, id), Newer(_old.GetValueOrDefault((owner, id)), document)))
        {
            young.AddOrUpdate((owner, id), static (_, seen) => seen, static (_, known, seen) => Newer(known, seen), document);
        }
        else if (Interlocked.Increment(ref _added) == Most)
        {
            (_old, _young) = (young, new());
            Volatile.Write(ref _added, 0);
        }
    }

    public void Forget(string owner, string id)
    {
        _young.TryRemove((owner, id), out _);
        _old.TryRemove((owner, id), out _);
    }

    private static Versioned<T> Newer(Versioned<T>? known, Versioned<T> seen) => known is not null && known.Version > seen.Version ? known : seen;
}
