using System.Runtime.InteropServices;
using Onnx.Model;

namespace Torch.Onnx.Emission;

/// <summary>Elements of a strided or bfloat16 constant in row-major order: gathered on first use, in one pass over them.</summary>
internal sealed class GatheredTensorData(ConstantTensor tensor) : TensorData
{
    private const int Tile = 32;

    private byte[]? _bytes;

    public override long Length => tensor.ByteCount;

    public override ReadOnlySpan<byte> Slice(long offset, int length) => (_bytes ??= Gather()).AsSpan(checked((int)offset), length);

    private byte[] Gather()
    {
        if (Length > Array.MaxLength)
        {
            throw new OnnxFormatException(OnnxFormatError.TensorTooLarge, $"a tensor of {Length} bytes that is not stored in order");
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)Length);
        switch (tensor.StoredType.BitSize())
        {
            case 8:
                Copy<byte>(bytes);
                break;
            case 16 when tensor.StoredType != tensor.Type:
                Widen(MemoryMarshal.Cast<byte, uint>(bytes.AsSpan()));
                break;
            case 16:
                Copy<ushort>(MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan()));
                break;
            case 32:
                Copy<uint>(MemoryMarshal.Cast<byte, uint>(bytes.AsSpan()));
                break;
            default:
                Copy<ulong>(MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan()));
                break;
        }

        return bytes;
    }

    private void Widen(Span<uint> target)
    {
        ushort[] halves = GC.AllocateUninitializedArray<ushort>(target.Length);
        Copy<ushort>(halves);
        for (int i = 0; i < halves.Length; i++)
        {
            target[i] = (uint)halves[i] << 16;
        }
    }

    private void Copy<T>(Span<T> target)
        where T : unmanaged
    {
        int rank = tensor.Sizes.Length;
        long rows = rank > 1 ? tensor.Sizes[^2] : 1;
        long columns = rank > 0 ? tensor.Sizes[^1] : 1;
        long rowStride = rank > 1 ? tensor.Strides[^2] : 0;
        long columnStride = rank > 0 ? tensor.Strides[^1] : 0;
        long[] index = new long[Math.Max(rank - 2, 0)];
        int matrix = checked((int)(rows * columns));
        for (int done = 0; done < target.Length; done += matrix)
        {
            long start = tensor.Offset;
            for (int i = 0; i < index.Length; i++)
            {
                start += index[i] * tensor.Strides[i];
            }

            CopyMatrix(target.Slice(done, matrix), start, (int)rows, (int)columns, rowStride, columnStride);
            Advance(index);
        }
    }

    // In tiles, so that a transposed weight is read a cache line at a time.
    private void CopyMatrix<T>(Span<T> target, long start, int rows, int columns, long rowStride, long columnStride)
        where T : unmanaged
    {
        int size = Marshal.SizeOf<T>();
        long span = ((rows - 1) * rowStride) + ((columns - 1) * columnStride) + 1;
        if (span * size > int.MaxValue)
        {
            throw new OnnxFormatException(OnnxFormatError.TensorTooLarge, $"a matrix that spans {span} elements of its storage");
        }

        var source = MemoryMarshal.Cast<byte, T>(tensor.Storage.Slice(start * size, (int)(span * size)));
        for (int row0 = 0; row0 < rows; row0 += Tile)
        {
            int rowEnd = Math.Min(row0 + Tile, rows);
            for (int column0 = 0; column0 < columns; column0 += Tile)
            {
                int columnEnd = Math.Min(column0 + Tile, columns);
                for (int row = row0; row < rowEnd; row++)
                {
                    int from = (int)(row * rowStride);
                    int to = row * columns;
                    for (int column = column0; column < columnEnd; column++)
                    {
                        target[to + column] = source[from + (int)(column * columnStride)];
                    }
                }
            }
        }
    }

    private void Advance(long[] index)
    {
        for (int i = index.Length - 1; i >= 0; i--)
        {
            if (++index[i] < tensor.Sizes[i])
            {
                return;
            }

            index[i] = 0;
        }
    }
}
