namespace Onnx.Model.Analysis.Folding;

/// <summary>Elements joined along axes.</summary>
internal static class ReductionKernels
{
    public static double Sum(IEnumerable<double> values) => values.Sum();

    public static double Mean(IEnumerable<double> values) => values.Average();

    public static double Max(IEnumerable<double> values) => values.Max();

    public static double Min(IEnumerable<double> values) => values.Min();

    public static double Product(IEnumerable<double> values) => values.Aggregate(1.0, (product, value) => product * value);

    public static double L1(IEnumerable<double> values) => values.Sum(Math.Abs);

    public static double L2(IEnumerable<double> values) => Math.Sqrt(SumSquare(values));

    public static double SumSquare(IEnumerable<double> values) => values.Sum(value => value * value);

    /// <summary>Reduces with a function of each group; integers beyond 2^53 are left to the runtime, which computes them exactly.</summary>
    public static TensorProto[]? Reduce(InferenceNode n, Func<IEnumerable<double>, double> function)
    {
        var x = n.In(0).Constant!;
        if (!Wide.Supports(x.DataType) || x.ElementCount == 0 || n.Outputs[0].Shape is null)
        {
            return null;
        }

        var groups = Groups(n, x);
        double[] values = TensorReading.Doubles(x);
        double[] results = Array.ConvertAll(groups, group => function(group.Select(i => values[i])));
        long[] dims = Wide.Dims(n.Outputs[0]);
        if (Wide.IsDouble(x.DataType))
        {
            return [TensorWriting.FromDoubles(x.DataType, dims, results)];
        }

        return Array.TrueForAll(values, v => Math.Abs(v) < 1L << 53) && Array.TrueForAll(results, v => Math.Abs(v) < 1L << 53)
            ? [TensorWriting.FromInt64s(x.DataType, dims, Array.ConvertAll(results, v => (long)v))]
            : null;
    }

    public static TensorProto[]? Arg(InferenceNode n, bool max)
    {
        var x = n.In(0).Constant!;
        if (!Wide.Supports(x.DataType) || x.ElementCount == 0)
        {
            return null;
        }

        int axis = n.Axis("axis", 0, x.Dims.Length);
        bool last = n.Node.Int("select_last_index", 0) != 0;
        double[] values = TensorReading.Doubles(x);
        long[] winners = Array.ConvertAll(Lines(x.Dims, axis), line =>
        {
            int best = 0;
            for (int i = 1; i < line.Length; i++)
            {
                double a = values[line[i]], b = values[line[best]];
                best = (max ? a > b : a < b) || (last && a == b) ? i : best;
            }

            return (long)best;
        });
        return [TensorWriting.FromInt64s(DataType.Int64, Wide.Dims(n.Outputs[0]), winners)];
    }

    public static TensorProto[]? CumSum(InferenceNode n)
    {
        var x = n.In(0).Constant!;
        if (!Wide.Supports(x.DataType) || n.Ints(1) is not [var given])
        {
            return null;
        }

        bool exclusive = n.Node.Int("exclusive", 0) != 0, reverse = n.Node.Int("reverse", 0) != 0;
        double[] values = TensorReading.Doubles(x), result = new double[values.Length];
        foreach (int[] line in Lines(x.Dims, n.Axis(given, x.Dims.Length)))
        {
            double sum = 0;
            foreach (int i in reverse ? line.AsEnumerable().Reverse() : line)
            {
                result[i] = exclusive ? sum : sum + values[i];
                sum += values[i];
            }
        }

        return Wide.IsDouble(x.DataType) ? [TensorWriting.FromDoubles(x.DataType, x.Dims, result)]
            : Array.TrueForAll(result, v => Math.Abs(v) < 1L << 53) ? [TensorWriting.FromInt64s(x.DataType, x.Dims, Array.ConvertAll(result, v => (long)v))] : null;
    }

    public static TensorProto[]? TopK(InferenceNode n)
    {
        var x = n.In(0).Constant!;
        if (!Wide.Supports(x.DataType))
        {
            return null;
        }

        int axis = n.Axis("axis", -1, x.Dims.Length);
        long[] dims = Wide.Dims(n.Outputs[0]);
        bool largest = n.Node.Int("largest", 1) != 0;
        double[] values = TensorReading.Doubles(x);
        int[][] from = Lines(x.Dims, axis), to = Lines(dims, axis);
        var picked = new double[dims.Aggregate(1L, (product, dim) => product * dim)];
        var indices = new long[picked.Length];
        for (int line = 0; line < from.Length; line++)
        {
            int[] order = [.. Enumerable.Range(0, from[line].Length).OrderBy(i => largest ? -values[from[line][i]] : values[from[line][i]])];
            for (int i = 0; i < to[line].Length; i++)
            {
                picked[to[line][i]] = values[from[line][order[i]]];
                indices[to[line][i]] = order[i];
            }
        }

        var top = Wide.IsDouble(x.DataType) ? TensorWriting.FromDoubles(x.DataType, dims, picked) : TensorWriting.FromInt64s(x.DataType, dims, Array.ConvertAll(picked, v => (long)v));
        return [top, TensorWriting.FromInt64s(DataType.Int64, dims, indices)];
    }

    // Positions along one axis, for each choice of the other indices.
    private static int[][] Lines(long[] dims, int axis)
    {
        long inner = dims.Skip(axis + 1).Aggregate(1L, (product, dim) => product * dim), outer = dims.Take(axis).Aggregate(1L, (product, dim) => product * dim);
        var lines = new int[outer * inner][];
        for (int i = 0; i < lines.Length; i++)
        {
            long start = (i / inner * dims[axis] * inner) + (i % inner);
            lines[i] = [.. Enumerable.Range(0, (int)dims[axis]).Select(k => (int)(start + (k * inner)))];
        }

        return lines;
    }

    private static List<int>[] Groups(InferenceNode n, TensorProto x)
    {
        int rank = x.Dims.Length;
        int[] axes = n.Axes(n.Ints(1) ?? [], rank);
        bool noop = axes.Length == 0 && n.Node.Int("noop_with_empty_axes", 0) != 0;
        bool[] reduced = [.. Enumerable.Range(0, rank).Select(axis => axes.Length == 0 ? !noop : axes.Contains(axis))];
        long[] kept = [.. x.Dims.Select((dim, axis) => reduced[axis] ? 1 : dim)], strides = StridedView.RowMajor(x.Dims), target = StridedView.RowMajor(kept);
        var groups = new List<int>[kept.Aggregate(1L, (product, dim) => product * dim)];
        for (int i = 0; i < x.ElementCount; i++)
        {
            long at = 0;
            for (int axis = 0; axis < rank; axis++)
            {
                at += reduced[axis] ? 0 : i / strides[axis] % x.Dims[axis] * target[axis];
            }

            (groups[at] ??= []).Add(i);
        }

        return groups;
    }
}
