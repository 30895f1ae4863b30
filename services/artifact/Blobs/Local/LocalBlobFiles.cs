using System.Buffers;
using System.Runtime.CompilerServices;
using Platform.Artifact.Uploads;

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

    public string Place => $"files in {Path.GetDirectoryName(_uploads)}";

    public long? FreeBytes => new DriveInfo(_uploads).AvailableFreeSpace;

    public Task CheckAsync(CancellationToken cancellation) =>
        Directory.Exists(_uploads) && Directory.Exists(_blobs) ? Task.CompletedTask : throw new DirectoryNotFoundException($"the folder {Path.GetDirectoryName(_uploads)} is gone");

    public Task<string> BeginAsync(Upload upload, CancellationToken cancellation) => Task.FromResult("");

    public string? SignPart(Upload upload, int part) => null;

    public async Task WritePartAsync(Upload upload, int part, Stream body, CancellationToken cancellation)
    {
        using var file = File.OpenHandle(UploadPath(upload.Id), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        long length = upload.PartLength(part);
        long written = 0;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            while (written < length)
            {
                int read = await body.ReadAtLeastAsync(buffer.AsMemory(0, BufferLength), (int)Math.Min(BufferLength, length - written), throwOnEndOfStream: false, cancellation);
                if (read == 0)
                {
                    throw new EndOfStreamException($"the part ended after {written} of {length} bytes");
                }

                int wanted = (int)Math.Min(read, length - written);
                RandomAccess.Write(file, buffer.AsSpan(0, wanted), (part * upload.PartBytes) + written);
                written += wanted;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        RandomAccess.FlushToDisk(file);
    }

    // A file says nothing of which of its ranges were written; the upload's document does.
    public Task<IReadOnlyList<int>> PartsAsync(Upload upload, CancellationToken cancellation) => Task.FromResult(upload.Parts);

    public Task<Stream?> OpenUploadAsync(Upload upload, CancellationToken cancellation)
    {
        string path = File.Exists(UploadPath(upload.Id)) || !File.Exists(BlobPath(upload.Owner, upload.OwnBlobId)) ? UploadPath(upload.Id) : BlobPath(upload.Owner, upload.OwnBlobId);
        return Task.FromResult<Stream?>(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.SequentialScan));
    }

    public async Task SealAsync(Upload upload, CancellationToken cancellation)
    {
        if (upload.Size == 0)
        {
            // An upload of no bytes has no parts, so nothing has made its file.
            await File.WriteAllBytesAsync(UploadPath(upload.Id), [], cancellation);
        }
    }

    public Task PromoteAsync(Upload upload, CancellationToken cancellation)
    {
        string target = BlobPath(upload.Owner, upload.OwnBlobId);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        if (File.Exists(UploadPath(upload.Id)) || !File.Exists(target))
        {
            File.Move(UploadPath(upload.Id), target, overwrite: true);
        }

        FolderFlush.Flush(Path.GetDirectoryName(target)!);
        FolderFlush.Flush(_blobs);
        return Task.CompletedTask;
    }

    public string? SignDownload(string owner, string blobId, string fileName, DateTimeOffset expiresAt) => null;

    public Task<Stream> OpenBlobAsync(string owner, string blobId, CancellationToken cancellation)
    {
        try
        {
            return Task.FromResult<Stream>(
                new FileStream(BlobPath(owner, blobId), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1, FileOptions.Asynchronous | FileOptions.SequentialScan));
        }
        catch (DirectoryNotFoundException error)
        {
            throw new FileNotFoundException(error.Message, error);
        }
    }

    public Task RemoveUploadAsync(string owner, string uploadId, string handle, CancellationToken cancellation)
    {
        File.Delete(UploadPath(uploadId));
        return Task.CompletedTask;
    }

    public Task RemoveBlobAsync(string owner, string blobId, CancellationToken cancellation)
    {
        if (File.Exists(BlobPath(owner, blobId)))
        {
            File.Delete(BlobPath(owner, blobId));
            FolderFlush.Flush(Path.GetDirectoryName(BlobPath(owner, blobId))!);
        }

        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<FileEntry> ListAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        foreach (string path in Directory.EnumerateFiles(_uploads))
        {
            yield return new FileEntry(true, "", Path.GetFileName(path), "", File.GetLastWriteTimeUtc(path));
        }

        foreach (string path in Directory.EnumerateDirectories(_blobs).SelectMany(Directory.EnumerateFiles))
        {
            yield return new FileEntry(false, Path.GetFileName(Path.GetDirectoryName(path)!), Path.GetFileName(path), "", File.GetLastWriteTimeUtc(path));
        }
    }

    private string UploadPath(string uploadId) => Path.Combine(_uploads, Plain(uploadId));

    private string BlobPath(string owner, string blobId) => Path.Combine(_blobs, Plain(owner), Plain(blobId));

    // Ids are our own, but a path is built from them: nothing but letters and digits may reach the file system.
    private static string Plain(string id) => id.Length > 0 && id.All(char.IsAsciiLetterOrDigit)
        ? id
        : throw new ArgumentException($"'{id}' is not an id", nameof(id));
}
