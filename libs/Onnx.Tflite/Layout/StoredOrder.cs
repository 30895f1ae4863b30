using Onnx.Model.Analysis;

namespace Onnx.Tflite.Layout;

/// <summary>In what order a tensor's axes are stored: position k of the stored shape holds logical axis order[k].</summary>
internal static class StoredOrder
{
    public static int[] Identity(int rank) => [.. Enumerable.Range(0, rank)];

    /// <summary>[N, spatial, C] for a logical [N, C, spatial].</summary>
    public static int[] ChannelsLast(int rank) => [0, .. Enumerable.Range(2, Math.Max(rank - 2, 0)), 1];

    public static bool IsIdentity(int[] order)
    {
        for (int i = 0; i < order.Length; i++)
        {
            if (order[i] != i)
            {
                return false;
            }
        }

        return true;
    }

    public static int[] Inverse(int[] order)
    {
        int[] inverse = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            inverse[order[i]] = i;
        }

        return inverse;
    }

    public static T[] Apply<T>(int[] order, IReadOnlyList<T> values) => Array.ConvertAll(order, axis => values[axis]);

    /// <summary>The order of axes by which data stored one way is transposed to be stored the other way.</summary>
    public static int[] Between(int[] from, int[] to)
    {
        int[] position = Inverse(from);
        return Array.ConvertAll(to, axis => position[axis]);
    }

    /// <summary>Whether data stored in both orders is byte for byte the same: only axes of size 1 differ.</summary>
    public static bool SameData(int[] a, int[] b, SymInt[] shape)
    {
        if (a.AsSpan().SequenceEqual(b))
        {
            return true;
        }

        int i = 0, j = 0;
        while (true)
        {
            while (i < a.Length && shape[a[i]] == 1)
            {
                i++;
            }

            while (j < b.Length && shape[b[j]] == 1)
            {
                j++;
            }

            if (i == a.Length || j == b.Length)
            {
                return i == a.Length && j == b.Length;
            }

            if (a[i++] != b[j++])
            {
                return false;
            }
        }
    }
}
