using System.Net;

namespace Platform.Transfers;

/// <summary>A part of a file as a request body of known length.</summary>
internal sealed class FilePartContent(string path, long offset, long length) : HttpContent
{
    private const int BufferLength = 1 << 18;

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.SequentialScan);
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            for (long sent = 0; sent < length;)
            {
                int read = await RandomAccess.ReadAsync(file, buffer.AsMemory(0, (int)Math.Min(BufferLength, length - sent)), offset + sent, cancellationToken);
                if (read == 0)
                {
                    throw new EndOfStreamException($"{path} became shorter while it was sent");
                }

                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                sent += read;
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }
}
