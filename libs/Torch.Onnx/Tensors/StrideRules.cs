namespace Torch.Onnx.Tensors;

/// <summary>How views of a strided tensor move through its storage.</summary>
internal static class StrideRules
{
    /// <summary>Strides of a row-major tensor.</summary>
    public static long[] Contiguous(ReadOnlySpan<long> sizes)
    {
        long[] strides = new long[sizes.Length];
        long stride = 1;
        for (int i = sizes.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= Math.Max(sizes[i], 1);
        }

        return strides;
    }

    /// <summary>
    /// Strides that show the elements of a tensor in another shape; null where no strides do, so that PyTorch's reshape
    /// copies.
    /// </summary>
    public static long[]? Reshape(ReadOnlySpan<long> sizes, ReadOnlySpan<long> strides, ReadOnlySpan<long> target)
    {
        long[] result = Contiguous(target);
        if (sizes.Contains(0) || sizes.Length == 0)
        {
            return result;
        }

        int next = target.Length - 1;
        long chunkSize = 1;
        long chunkStride = strides[^1];
        for (int i = sizes.Length - 1; i >= 0; i--)
        {
            chunkSize *= sizes[i];
            bool isChunkEnd = i == 0 || (sizes[i - 1] != 1 && strides[i - 1] != chunkSize * chunkStride);
            if (!isChunkEnd)
            {
                continue;
            }

            long covered = 1;
            while (next >= 0 && (covered < chunkSize || target[next] == 1))
            {
                result[next] = covered * chunkStride;
                covered *= target[next];
                next--;
            }

            if (covered != chunkSize)
            {
                return null;
            }

            if (i > 0)
            {
                chunkSize = 1;
                chunkStride = strides[i - 1];
            }
        }

        return next < 0 ? result : null;
    }
}
