using Platform.Artifact.Uploads;

namespace Platform.Artifact.Blobs;

/// <summary>
/// Where the bytes are. An upload is begun, its parts are written, it is sealed (no part changes any more, all bytes can be read),
/// and promoted once its hash is known. Adapters prove themselves with the conformance kit in tests/Platform.Artifact.Tests.
/// </summary>
internal interface IBlobFiles
{
    /// <summary>The place in words, for the operator.</summary>
    string Place { get; }

    /// <summary>Bytes that can still be written; null where the place does not say.</summary>
    long? FreeBytes { get; }

    /// <summary>Throws when the place cannot be reached.</summary>
    Task CheckAsync(CancellationToken cancellation);

    /// <summary>Makes room for an upload; the answer is kept in <see cref="Upload.Handle"/>.</summary>
    Task<string> BeginAsync(Upload upload, CancellationToken cancellation);

    /// <summary>Address to which a client may send one part itself; null where parts go through the service.</summary>
    string? SignPart(Upload upload, int part);

    /// <summary>Writes one part; durable when it returns. A part that is cut short throws.</summary>
    Task WritePartAsync(Upload upload, int part, Stream body, CancellationToken cancellation);

    /// <summary>Parts that are wholly there; all of them once the upload is sealed.</summary>
    Task<IReadOnlyList<int>> PartsAsync(Upload upload, CancellationToken cancellation);

    /// <summary>Opens an upload for reading; null where that is possible only once it is sealed.</summary>
    Task<Stream?> OpenUploadAsync(Upload upload, CancellationToken cancellation);

    /// <summary>Ends the writing of parts; repeating it is harmless.</summary>
    /// <exception cref="FileNotFoundException">The upload's bytes are gone.</exception>
    Task SealAsync(Upload upload, CancellationToken cancellation);

    /// <summary>Makes a sealed upload's bytes the bytes of <see cref="Upload.OwnBlobId"/>, durably; repeating it is harmless.</summary>
    /// <exception cref="FileNotFoundException">The upload's bytes are gone.</exception>
    Task PromoteAsync(Upload upload, CancellationToken cancellation);

    /// <summary>Address from which a client may fetch a blob itself; null where bytes go through the service.</summary>
    string? SignDownload(string owner, string blobId, string fileName, DateTimeOffset expiresAt);

    /// <summary>Opens a blob for reading; the stream can be positioned and knows its length.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    Task<Stream> OpenBlobAsync(string owner, string blobId, CancellationToken cancellation);

    /// <summary>Removes what has arrived of an upload that is not sealed; nothing happens when there is nothing.</summary>
    Task RemoveUploadAsync(string owner, string uploadId, string handle, CancellationToken cancellation);

    /// <summary>Removes a blob's bytes; nothing happens when there are none.</summary>
    Task RemoveBlobAsync(string owner, string blobId, CancellationToken cancellation);

    /// <summary>Every upload and blob that has bytes, with the time of the last write.</summary>
    IAsyncEnumerable<FileEntry> ListAsync(CancellationToken cancellation);
}

/// <summary>Bytes that lie somewhere.</summary>
/// <param name="IsUpload">Whether it is an upload; else a blob.</param>
/// <param name="Owner">Organization; empty where an upload's place does not say it.</param>
/// <param name="Id">Upload or blob id.</param>
/// <param name="Handle">Handle of an upload.</param>
/// <param name="WrittenAt">Last write.</param>
internal sealed record FileEntry(bool IsUpload, string Owner, string Id, string Handle, DateTimeOffset WrittenAt);
