namespace Platform.Artifact.Blobs;

/// <summary>Where the bytes are. Adapters prove themselves with the conformance kit in tests/Platform.Artifact.Tests.</summary>
internal interface IBlobFiles
{
    /// <summary>Bytes that can still be written.</summary>
    long FreeBytes { get; }

    /// <summary>Writes one part of an upload at its place; durable when it returns. A part that is cut short throws.</summary>
    Task WritePartAsync(string uploadId, long offset, long length, Stream body, CancellationToken cancellation);

    /// <summary>Opens an upload for reading what its finished parts have written.</summary>
    Stream OpenUpload(string uploadId);

    /// <summary>Makes an upload's bytes the blob's bytes, durably; repeating it after a crash is harmless.</summary>
    Task PromoteAsync(string uploadId, string owner, string blobId, CancellationToken cancellation);

    /// <summary>Opens a blob for reading.</summary>
    Stream OpenBlob(string owner, string blobId);

    /// <summary>Removes an upload's bytes; nothing happens when there are none.</summary>
    void RemoveUpload(string uploadId);

    /// <summary>Removes a blob's bytes; nothing happens when there are none.</summary>
    void RemoveBlob(string owner, string blobId);

    /// <summary>Every upload and blob that has bytes, with the time of the last write.</summary>
    IEnumerable<FileEntry> List();
}

/// <summary>Bytes on disk.</summary>
/// <param name="IsUpload">Whether it is an upload; else a blob.</param>
/// <param name="Owner">Organization of a blob; empty for an upload.</param>
/// <param name="Id">Upload or blob id.</param>
/// <param name="WrittenAt">Last write.</param>
internal sealed record FileEntry(bool IsUpload, string Owner, string Id, DateTimeOffset WrittenAt);
