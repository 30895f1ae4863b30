using System.Collections.Concurrent;
using System.Security.Cryptography;
using Platform.Artifact.Blobs;

namespace Platform.Artifact.Uploads;

/// <summary>
/// Hashes uploads while they arrive: over the contiguous run of finished parts, so that little is left when the last one
/// is in; where parts cannot be read one by one, over the sealed whole. Lives in memory only; after a restart, or on another
/// instance, the hash starts again from the first byte.
/// </summary>
internal sealed class UploadHashes(IBlobFiles files)
{
    private const int BufferLength = 1 << 20;

    private readonly ConcurrentDictionary<string, HashedPrefix> _prefixes = new(StringComparer.Ordinal);

    /// <summary>Hashes on as far as finished parts reach.</summary>
    public async Task AdvanceAsync(Upload upload, CancellationToken cancellation)
    {
        var prefix = _prefixes.GetOrAdd(upload.Id, _ => new HashedPrefix());
        await prefix.Gate.WaitAsync(cancellation);
        try
        {
            long end = ContiguousEnd(upload);
            if (end > prefix.Length)
            {
                await HashAsync(upload, prefix, end, cancellation);
            }
        }
        finally
        {
            prefix.Gate.Release();
        }
    }

    /// <summary>The hash of the whole sealed upload, lower-case hexadecimal; every part must be finished.</summary>
    public async Task<string> FinishAsync(Upload upload, CancellationToken cancellation)
    {
        await AdvanceAsync(upload, cancellation);
        var prefix = _prefixes[upload.Id];
        if (prefix.Length != upload.Size)
        {
            throw new EndOfStreamException($"upload {upload.Id} has {prefix.Length} of {upload.Size} bytes");
        }

        return Convert.ToHexStringLower(prefix.Hash.GetCurrentHash());
    }

    public void Forget(string uploadId)
    {
        if (_prefixes.TryRemove(uploadId, out var prefix))
        {
            prefix.Dispose();
        }
    }

    private static long ContiguousEnd(Upload upload)
    {
        var done = upload.Parts.ToHashSet();
        int part = 0;
        while (done.Contains(part))
        {
            part++;
        }

        return Math.Min(part * upload.PartBytes, upload.Size);
    }

    private async Task HashAsync(Upload upload, HashedPrefix prefix, long end, CancellationToken cancellation)
    {
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            await using var stream = await files.OpenUploadAsync(upload, cancellation);
            if (stream is null)
            {
                return;
            }

            stream.Position = prefix.Length;
            while (prefix.Length < end)
            {
                int read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(BufferLength, end - prefix.Length)), cancellation);
                if (read == 0)
                {
                    throw new EndOfStreamException($"upload {upload.Id} has {prefix.Length} bytes where {end} were written");
                }

                prefix.Hash.AppendData(buffer, 0, read);
                prefix.Length += read;
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private sealed class HashedPrefix : IDisposable
    {
        public SemaphoreSlim Gate { get; } = new(1);

        public IncrementalHash Hash { get; } = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public long Length { get; set; }

        public void Dispose()
        {
            Hash.Dispose();
            Gate.Dispose();
        }
    }
}
