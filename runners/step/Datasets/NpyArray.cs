using System.IO.Compression;
using Platform.Contracts.Hub.V1;

namespace Runner.Step.Datasets;

/// <summary>The header of a .npy array.</summary>
/// <param name="Type">Element type as numpy writes it, without the byte order.</param>
/// <param name="Shape">Shape.</param>
/// <param name="Bytes">Bytes before the first element.</param>
internal sealed record NpyHeader(string Type, IReadOnlyList<long> Shape, int Bytes);

/// <summary>An array inside an archive, read forwards; going back starts again.</summary>
internal sealed class NpyArray(ZipArchiveEntry entry, NpyHeader header) : IDisposable
{
    private Stream? _stream;
    private long _next;

    public ZipArchiveEntry Entry => entry;

    public NpyHeader Header => header;

    public byte[] Read(long sample, int bytes)
    {
        try
        {
            if (_stream is null || sample < _next)
            {
                Rewind();
            }

            var buffer = new byte[bytes];
            for (; _next <= sample; _next++)
            {
                _stream!.ReadExactly(buffer);
            }

            return buffer;
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            throw new DatasetException(FailureCode.DatasetUnreadable, $"{entry.FullName} is damaged: {error.Message}", error);
        }
    }

    public void Dispose() => _stream?.Dispose();

    private void Rewind()
    {
        _stream?.Dispose();
        _stream = entry.Open();
        _stream.ReadExactly(new byte[header.Bytes]);
        _next = 0;
    }
}
