namespace Platform.Store.Sqlite;

/// <summary>Where and how documents are kept in SQLite.</summary>
/// <param name="Path">Database file; its folder must exist and be on a local file system.</param>
public sealed record SqliteStoreOptions(string Path)
{
    /// <summary>Writes in one transaction at most: a batch shares one flush to disk.</summary>
    public int LargestBatch { get; init; } = 1000;

    /// <summary>Connections for reading.</summary>
    public int Readers { get; init; } = Math.Max(8, 4 * Environment.ProcessorCount);

    /// <summary>Bytes of documents that are kept in memory, so that reading them again costs nothing.</summary>
    public long CacheBytes { get; init; } = 64 << 20;

    /// <summary>Called when a flush to disk failed: what was acknowledged is safe, but this process can no longer vouch for the next write and must end.</summary>
    public Action<Exception> Fatal { get; init; } = error => Environment.FailFast("the database could not be flushed to disk", error);
}
