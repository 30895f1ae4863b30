namespace Onnx.Model.Analysis.Folding;

/// <summary>Two or more operands, element by element, with broadcasting.</summary>
internal static class BinaryKernels
{
    /// <summary>Folds the operands from the left. An integer function gives null where the result is not defined; the node stays then.</summary>
    public static TensorProto[]? Compute(InferenceNode n, Func<double, double, double>? onDouble, Func<long, long, long?> onInteger)
    {
        var type = n.Type(0);
        if (!Wide.Supports(type) || type == DataType.UInt64)
        {
            return null;
        }

        long[] dims = Wide.Dims(n.Outputs[0]);
        if (Wide.IsDouble(type))
        {
            return onDouble is null ? null : [TensorWriting.FromDoubles(n.Outputs[0].Type, dims, Fold(n, dims, TensorReading.Doubles, onDouble))];
        }

        bool defined = true;
        long[] values = Fold(n, dims, TensorReading.Int64s, (a, b) =>
        {
            long? result = onInteger(a, b);
            defined &= result is not null;
            return result ?? 0;
        });
        return defined ? [TensorWriting.FromInt64s(n.Outputs[0].Type, dims, values)] : null;
    }

    public static TensorProto[]? Compare(InferenceNode n, Func<double, double, bool> onDouble, Func<long, long, bool> onInteger)
    {
        if (!Wide.Supports(n.Type(0)) || n.Type(0) == DataType.UInt64)
        {
            return null;
        }

        long[] dims = Wide.Dims(n.Outputs[0]);
        long[] values = Wide.IsDouble(n.Type(0))
            ? Array.ConvertAll(Fold(n, dims, TensorReading.Doubles, (a, b) => onDouble(a, b) ? 1.0 : 0.0), v => (long)v)
            : Fold(n, dims, TensorReading.Int64s, (a, b) => onInteger(a, b) ? 1L : 0L);
        return [TensorWriting.FromInt64s(DataType.Bool, dims, values)];
    }

    public static TensorProto[]? Pow(InferenceNode n)
    {
        if (!Wide.Supports(n.Type(0)) || !Wide.Supports(n.Type(1)) || !Wide.IsDouble(n.Type(0)))
        {
            return null;
        }

        long[] dims = Wide.Dims(n.Outputs[0]);
        return [TensorWriting.FromDoubles(n.Outputs[0].Type, dims, Fold(n, dims, TensorReading.Doubles, Math.Pow))];
    }

    public static TensorProto[]? Mod(InferenceNode n) => n.Node.Int("fmod", 0) != 0
        ? Compute(n, (a, b) => a % b, (a, b) => b == 0 ? null : b == -1 ? 0 : a % b)
        : Compute(n, null, (a, b) => b == 0 ? null : b == -1 ? 0 : ((a % b) + b) % b);

    public static TensorProto[]? Mean(InferenceNode n)
    {
        if (!Wide.IsDouble(n.Type(0)) || !Wide.Supports(n.Type(0)))
        {
            return null;
        }

        long[] dims = Wide.Dims(n.Outputs[0]);
        double[] sums = Fold(n, dims, TensorReading.Doubles, (a, b) => a + b);
        return [TensorWriting.FromDoubles(n.Type(0), dims, Array.ConvertAll(sums, v => v / n.InputCount))];
    }

    public static TensorProto[]? BitShift(InferenceNode n)
    {
        bool left = n.Node.Text("direction", "") == "LEFT";
        return Compute(n, null, (a, b) => b is < 0 or > 63 ? 0 : left ? a << (int)b : (long)((ulong)a >> (int)b));
    }

    public static TensorProto[]? Clip(InferenceNode n)
    {
        var x = n.In(0).Constant!;
        if (!Wide.Supports(x.DataType) || x.DataType == DataType.UInt64)
        {
            return null;
        }

        double[] low = n.Has(1) ? TensorReading.Doubles(n.In(1).Constant!) : [double.NegativeInfinity];
        double[] high = n.Has(2) ? TensorReading.Doubles(n.In(2).Constant!) : [double.PositiveInfinity];
        return Wide.IsDouble(x.DataType)
            ? [TensorWriting.FromDoubles(x.DataType, x.Dims, Array.ConvertAll(TensorReading.Doubles(x), v => Math.Min(Math.Max(v, low[0]), high[0])))]
            : null;
    }

    public static TensorProto[]? Where(InferenceNode n)
    {
        int size = n.Type(1).BitSize() / 8;
        if (size == 0)
        {
            return null;
        }

        long[] dims = Wide.Dims(n.Outputs[0]);
        int[] condition = Wide.Positions(n.In(0).Constant!.Dims, dims);
        int[][] sources = [Wide.Positions(n.In(2).Constant!.Dims, dims), Wide.Positions(n.In(1).Constant!.Dims, dims)];
        var choose = n.In(0).Constant!.Data.AsSpan();
        byte[] result = new byte[condition.Length * size];
        for (int i = 0; i < condition.Length; i++)
        {
            int branch = choose[condition[i]] != 0 ? 1 : 0;
            n.In(2 - branch).Constant!.Data.AsSpan().Slice(sources[branch][i] * size, size).CopyTo(result.AsSpan(i * size));
        }

        return [new TensorProto { DataType = n.Type(1), Dims = dims, Data = TensorData.From(result) }];
    }

    private static T[] Fold<T>(InferenceNode n, long[] dims, Func<TensorProto, T[]> read, Func<T, T, T> function)
    {
        var result = Spread(n, 0, dims, read);
        for (int operand = 1; operand < n.InputCount; operand++)
        {
            var other = Spread(n, operand, dims, read);
            for (int i = 0; i < result.Length; i++)
            {
                result[i] = function(result[i], other[i]);
            }
        }

        return result;
    }

    private static T[] Spread<T>(InferenceNode n, int operand, long[] dims, Func<TensorProto, T[]> read)
    {
        var tensor = n.In(operand).Constant!;
        var values = read(tensor);
        return tensor.Dims.AsSpan().SequenceEqual(dims) ? values : Array.ConvertAll(Wide.Positions(tensor.Dims, dims), position => values[position]);
    }
}
