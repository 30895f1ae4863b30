namespace Platform.Artifact.Blobs;

/// <summary>Bytes in a folder of a local or shared file system: uploads/ID while they arrive, blobs/ORGANIZATION/ID afterwards.</summary>
internal sealed class LocalBlobFiles : IBlobFiles
{
    private const int BufferLength = 1 << 20;

    private readonly string _uploads;
    private readonly string _blobs;

    public LocalBlobFiles(string folder)
    {
        _uploads = Directory.CreateDirectory(Path.Combine(folder, "uploads")).FullName;
        _blobs = Directory.CreateDirectory(Path.Combine(folder, "blobs")).FullName;
    }

    public long FreeBytes => new DriveInfo(_uploads).AvailableFreeSpace;

    public async Task WritePartAsync(string uploadId, long offset, long length, Stream body, CancellationToken cancellation)
    {
        using var file = File.OpenHandle(UploadPath(uploadId), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        long written = 0;
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            while (written < length)
            {
                int read = await body.ReadAtLeastAsync(buffer, (int)Math.Min(BufferLength, length - written), throwOnEndOfStream: false, cancellation);
                if (read == 0)
                {
                    throw new EndOfStreamException($"the part ended after {written} of {length} bytes");
                }

                int wanted = (int)Math.Min(read, length - written);
                RandomAccess.Write(file, buffer.AsSpan(0, wanted), offset + written);
                written += wanted;
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }

        RandomAccess.FlushToDisk(file);
    }

    public Stream OpenUpload(string uploadId) =>
        new FileStream(UploadPath(uploadId), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1, FileOptions.SequentialScan);

    public async Task PromoteAsync(string uploadId, string owner, string blobId, CancellationToken cancellation)
    {
        string target = BlobPath(owner, blobId);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        if (!File.Exists(UploadPath(uploadId)) && !File.Exists(target))
        {
            // An upload of no bytes has no parts, so nothing has made its file.
            await File.WriteAllBytesAsync(UploadPath(uploadId), [], cancellation);
        }

        if (File.Exists(UploadPath(uploadId)))
        {
            File.Move(UploadPath(uploadId), target, overwrite: true);
        }

        FolderFlush.Flush(Path.GetDirectoryName(target)!);
        FolderFlush.Flush(_blobs);
    }

    public Stream OpenBlob(string owner, string blobId) =>
        new FileStream(BlobPath(owner, blobId), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);

    public void RemoveUpload(string uploadId) => File.Delete(UploadPath(uploadId));

    public void RemoveBlob(string owner, string blobId)
    {
        if (File.Exists(BlobPath(owner, blobId)))
        {
            File.Delete(BlobPath(owner, blobId));
            FolderFlush.Flush(Path.GetDirectoryName(BlobPath(owner, blobId))!);
        }
    }

    public IEnumerable<FileEntry> List()
    {
        var uploads = Directory.EnumerateFiles(_uploads).Select(path => new FileEntry(true, "", Path.GetFileName(path), File.GetLastWriteTimeUtc(path)));
        var blobs = Directory.EnumerateDirectories(_blobs).SelectMany(folder => Directory.EnumerateFiles(folder)
            .Select(path => new FileEntry(false, Path.GetFileName(folder), Path.GetFileName(path), File.GetLastWriteTimeUtc(path))));
        return uploads.Concat(blobs);
    }

    private string UploadPath(string uploadId) => Path.Combine(_uploads, Plain(uploadId));

    private string BlobPath(string owner, string blobId) => Path.Combine(_blobs, Plain(owner), Plain(blobId));

    // Ids are our own, but a path is built from them: nothing but letters and digits may reach the file system.
    private static string Plain(string id) => id.Length > 0 && id.All(char.IsAsciiLetterOrDigit)
        ? id
        : throw new ArgumentException($"'{id}' is not an id", nameof(id));
}
