using Microsoft.Extensions.Caching.Memory;

namespace Platform.Store.Sqlite;

/// <summary>
/// What the last commit left of documents that were read or written lately; absent ones are remembered as such. SQLite throws a
/// connection's pages away at every commit of another connection, which makes a read under load ten times as dear. This process is the
/// only one that writes, so it knows.
/// </summary>
internal sealed class DocumentCache(long capacity) : IDisposable
{
    // What an entry costs beside its bytes.
    private const int Overhead = 400;

    private readonly MemoryCache _documents = new(new MemoryCacheOptions { SizeLimit = capacity });
    private readonly Lock _lock = new();
    private long _changes;

    /// <summary>To be taken before a read whose result will be offered.</summary>
    public long Stamp => Volatile.Read(ref _changes);

    /// <summary>True when it is known what the document is, or that there is none.</summary>
    public bool TryGet(string collection, string id, out StoredDocument? document) => _documents.TryGetValue((collection, id), out document);

    /// <summary>Keeps what a read found, unless something was committed since: the read may have been older.</summary>
    public void Offer(long stamp, string collection, string id, StoredDocument? document)
    {
        lock (_lock)
        {
            if (stamp == _changes)
            {
                Keep(collection, id, document);
            }
        }
    }

    /// <summary>A write has been committed; called before its writer hears of it.</summary>
    public void Committed(string collection, string id, StoredDocument? document)
    {
        lock (_lock)
        {
            Volatile.Write(ref _changes, _changes + 1);
            Keep(collection, id, document);
        }
    }

    public void Dispose() => _documents.Dispose();

    private void Keep(string collection, string id, StoredDocument? document) =>
        _documents.Set((collection, id), document, new MemoryCacheEntryOptions { Size = Overhead + (document?.Body.Length ?? 0) });
}
