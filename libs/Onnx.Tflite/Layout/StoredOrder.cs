using Onnx.Model.Analysis;

namespace Onnx.Tflite.Layout;

/// <summary>In what order a tensor's axes are stored: position k of the stored shape holds logical axis order[k].</summary>
internal static class StoredOrder
{
    private const int Known = 16;

    // Asked for once a tensor and walk; nobody changes an order in place.
    private static readonly int[][] s_identities = [.. Enumerable.Range(0, Known).Select(NewIdentity)];
    private static readonly int[][] s_channelsLast = [.. Enumerable.Range(0, Known).Select(NewChannelsLast)];

    public static int[] Identity(int rank) => rank < Known ? s_identities[rank] : NewIdentity(rank);

    /// <summary>[N, spatial, C] for a logical [N, C, spatial].</summary>
    public static int[] ChannelsLast(int rank) => rank < Known ? s_channelsLast[rank] : NewChannelsLast(rank);

    public static bool IsIdentity(int[] order)
    {
        if (order.Length < Known && ReferenceEquals(order, s_identities[order.Length]))
        {
            return true;
        }

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

    public static bool AreSame(int[] a, int[] b) => ReferenceEquals(a, b) || a.AsSpan().SequenceEqual(b);

    /// <summary>Whether data stored in both orders is byte for byte the same: only axes of size 1 differ.</summary>
    public static bool SameData(int[] a, int[] b, SymInt[] shape)
    {
        if (AreSame(a, b))
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

    private static int[] NewIdentity(int rank) => [.. Enumerable.Range(0, rank)];

    private static int[] NewChannelsLast(int rank) => [0, .. Enumerable.Range(2, Math.Max(rank - 2, 0)), 1];
}
