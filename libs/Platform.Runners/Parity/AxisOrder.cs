namespace Platform.Runners;

/// <summary>How the axes of a product's tensor stand against those of the source's.</summary>
internal static class AxisOrder
{
    /// <summary>Orders of axes under which a tensor of one shape can be the other, likeliest first; open dimensions are negative.</summary>
    public static IEnumerable<int[]> Candidates(IReadOnlyList<long> source, IReadOnlyList<long> product, bool channelLast = false)
    {
        if (source.Count != product.Count)
        {
            return [];
        }

        int[] same = [.. Enumerable.Range(0, source.Count)];
        int[] last = source.Count < 3 ? same : [0, .. Enumerable.Range(2, source.Count - 2), 1];
        return new[] { channelLast ? last : same, channelLast ? same : last }.DistinctBy(order => string.Join(',', order)).Where(order => Fits(source, product, order));
    }

    public static bool IsIdentity(int[] order) => order.Index().All(item => item.Index == item.Item);

    /// <summary>The elements of a tensor with its axes in another order: axis i of the result is axis order[i].</summary>
    public static byte[] Apply(ReadOnlySpan<byte> data, long[] dims, int[] order, int elementSize)
    {
        byte[] result = new byte[data.Length];
        Onnx.Model.Analysis.StridedView.Transpose(dims, order).Copy(data, result, elementSize);
        return result;
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

    public static long[] Apply(long[] dims, int[] order) => Array.ConvertAll(order, axis => dims[axis]);

    private static bool Fits(IReadOnlyList<long> source, IReadOnlyList<long> product, int[] order) =>
        order.Index().All(item => source[item.Item] < 0 || product[item.Index] < 0 || source[item.Item] == product[item.Index]);
}
