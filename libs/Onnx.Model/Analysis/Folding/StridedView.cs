using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Onnx.Model.Analysis;

/// <summary>
/// A way of reading an array: element <c>[i, j, ...]</c> is at <c>offset + i*strides[0] + j*strides[1] + ...</c>.
/// Transposing, slicing, splitting and expanding are all such views.
/// </summary>
/// <param name="dims">Size of the view by axis.</param>
/// <param name="strides">Step in the source, in elements, by axis; 0 repeats, negative steps go backwards.</param>
/// <param name="offset">Position of the first element.</param>
public readonly struct StridedView(long[] dims, long[] strides, long offset)
{
    private const int TileSide = 16;

    /// <summary>Number of elements.</summary>
    public long Count => dims.Aggregate(1L, (product, dim) => product * dim);

    /// <summary>The view that reads a row-major array with its axes in another order.</summary>
    public static StridedView Transpose(ReadOnlySpan<long> dims, ReadOnlySpan<int> order)
    {
        long[] source = RowMajor(dims);
        var newDims = new long[order.Length];
        var strides = new long[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            newDims[i] = dims[order[i]];
            strides[i] = source[order[i]];
        }

        return new StridedView(newDims, strides, 0);
    }

    /// <summary>Steps of a row-major array.</summary>
    public static long[] RowMajor(ReadOnlySpan<long> dims)
    {
        var strides = new long[dims.Length];
        long step = 1;
        for (int i = dims.Length - 1; i >= 0; i--)
        {
            strides[i] = step;
            step *= dims[i];
        }

        return strides;
    }

    /// <summary>Copies the view's elements, row-major, from bytes to bytes.</summary>
    /// <param name="source">The array.</param>
    /// <param name="target">Receives the elements.</param>
    /// <param name="elementSize">1, 2, 4, 8 or 16 bytes.</param>
    public void Copy(ReadOnlySpan<byte> source, Span<byte> target, int elementSize)
    {
        switch (elementSize)
        {
            case 1: Copy(source, target); break;
            case 2: Copy(MemoryMarshal.Cast<byte, ushort>(source), MemoryMarshal.Cast<byte, ushort>(target)); break;
            case 4: Copy(MemoryMarshal.Cast<byte, uint>(source), MemoryMarshal.Cast<byte, uint>(target)); break;
            case 8: Copy(MemoryMarshal.Cast<byte, ulong>(source), MemoryMarshal.Cast<byte, ulong>(target)); break;
            default: Copy(MemoryMarshal.Cast<byte, UInt128>(source), MemoryMarshal.Cast<byte, UInt128>(target)); break;
        }
    }

    /// <summary>Copies the view's elements, row-major.</summary>
    public void Copy<T>(ReadOnlySpan<T> source, Span<T> target)
    {
        if (target.Length > 0)
        {
            var (shape, steps) = Merge();
            CheckBounds(source.Length);
            Walk(source, target, shape, steps);
        }
    }

    // Axes that are contiguous with their neighbour are one axis; axes of size 1 are none.
    private (long[] Dims, long[] Strides) Merge()
    {
        var mergedDims = new List<long>();
        var mergedStrides = new List<long>();
        for (int i = 0; i < dims.Length; i++)
        {
            if (dims[i] == 1)
            {
                continue;
            }

            if (mergedDims.Count > 0 && mergedStrides[^1] == strides[i] * dims[i])
            {
                mergedDims[^1] *= dims[i];
                mergedStrides[^1] = strides[i];
            }
            else
            {
                mergedDims.Add(dims[i]);
                mergedStrides.Add(strides[i]);
            }
        }

        return mergedDims.Count > 0 ? ([.. mergedDims], [.. mergedStrides]) : ([1], [1]);
    }

    private void CheckBounds(int length)
    {
        long low = offset, high = offset;
        for (int i = 0; i < dims.Length; i++)
        {
            long reach = (dims[i] - 1) * strides[i];
            (low, high) = reach < 0 ? (low + reach, high) : (low, high + reach);
        }

        if (low < 0 || high >= length)
        {
            throw new ArgumentOutOfRangeException(nameof(length), $"a view of elements {low} to {high} of {length}");
        }
    }

    private void Walk<T>(ReadOnlySpan<T> source, Span<T> target, long[] shape, long[] steps)
    {
        bool isTransposed = shape.Length > 1 && steps[^2] == 1 && steps[^1] > 1 && shape[^2] >= TileSide && shape[^1] >= TileSide;
        int inner = shape.Length - (isTransposed ? 2 : 1);
        var index = new long[shape.Length];
        long at = offset;
        int rows = (int)(isTransposed ? shape[^2] * shape[^1] : shape[inner]);
        for (int done = 0; done < target.Length; done += rows)
        {
            if (isTransposed)
            {
                CopyTransposed(source, target.Slice(done, rows), at, (int)shape[^2], (int)shape[^1], steps[^1]);
            }
            else
            {
                CopyRow(source, target.Slice(done, rows), at, steps[inner]);
            }

            for (int axis = inner - 1; axis >= 0; axis--)
            {
                at += steps[axis];
                if (++index[axis] < shape[axis])
                {
                    break;
                }

                at -= steps[axis] * shape[axis];
                index[axis] = 0;
            }
        }
    }

    // Square by square, so that what is read and what is written both stay in the cache.
    private static void CopyTransposed<T>(ReadOnlySpan<T> source, Span<T> target, long at, int height, int width, long step)
    {
        ref T from = ref MemoryMarshal.GetReference(source);
        ref T to = ref MemoryMarshal.GetReference(target);
        for (int top = 0; top < height; top += TileSide)
        {
            int bottom = Math.Min(top + TileSide, height);
            for (int left = 0; left < width; left += TileSide)
            {
                int right = Math.Min(left + TileSide, width);
                for (int y = top; y < bottom; y++)
                {
                    for (int x = left; x < right; x++)
                    {
                        Unsafe.Add(ref to, ((nint)y * width) + x) = Unsafe.Add(ref from, (nint)(at + y + (x * step)));
                    }
                }
            }
        }
    }

    private static void CopyRow<T>(ReadOnlySpan<T> source, Span<T> row, long at, long step)
    {
        if (step == 1)
        {
            source.Slice((int)at, row.Length).CopyTo(row);
            return;
        }

        if (step == 0)
        {
            row.Fill(source[(int)at]);
            return;
        }

        ref T from = ref MemoryMarshal.GetReference(source);
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = Unsafe.Add(ref from, (nint)(at + (i * step)));
        }
    }
}
