using System.Collections.Concurrent;

namespace Platform.Store;

/// <summary>
/// Documents as this process wrote them last. No truth: only where a compare-and-swap may begin without reading first. One that
/// has been changed since by somebody else fails there, and is read.
/// </summary>
internal sealed class RecentDocuments<T>
    where T : class
{
    private const int Most = 4096;

    private readonly ConcurrentDictionary<(string Owner, string Id), Versioned<T>> _known = new();

    // Since it was cleared: to count what is there, each writer would have to wait for all others.
    private int _added;

    public Versioned<T>? Find(string owner, string id) => _known.GetValueOrDefault((owner, id));

    /// <summary>Keeps the newer of what is known and this.</summary>
    public void Saw(string owner, string id, Versioned<T> document)
    {
        if (!_known.TryAdd((owner, id), document))
        {
            _known.AddOrUpdate((owner, id), static (_, seen) => seen, static (_, known, seen) => seen.Version > known.Version ? seen : known, document);
        }
        else if (Interlocked.Increment(ref _added) >= Most)
        {
            Volatile.Write(ref _added, 0);
            _known.Clear();
        }
    }

    public void Forget(string owner, string id) => _known.TryRemove((owner, id), out _);
}
