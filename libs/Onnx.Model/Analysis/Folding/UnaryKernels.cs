namespace Onnx.Model.Analysis.Folding;

/// <summary>One operand, element by element.</summary>
internal static class UnaryKernels
{
    public static TensorProto[]? Compute(InferenceNode n, Func<double, double>? onDouble, Func<long, long>? onInteger)
    {
        var x = n.In(0).Constant!;
        if (!Wide.Supports(x.DataType))
        {
            return null;
        }

        return Wide.IsDouble(x.DataType)
            ? onDouble is null ? null : [TensorWriting.FromDoubles(x.DataType, x.Dims, Map(TensorReading.Doubles(x), onDouble))]
            : onInteger is null || x.DataType == DataType.UInt64 ? null : [TensorWriting.FromInt64s(x.DataType, x.Dims, Map(TensorReading.Int64s(x), onInteger))];
    }

    public static TensorProto[]? Test(InferenceNode n, Func<double, bool> test)
    {
        var x = n.In(0).Constant!;
        return Wide.Supports(x.DataType)
            ? [TensorWriting.FromInt64s(DataType.Bool, x.Dims, Array.ConvertAll(TensorReading.Doubles(x), v => test(v) ? 1L : 0L))]
            : null;
    }

    public static TensorProto[]? IsInf(InferenceNode n)
    {
        bool negative = n.Node.Int("detect_negative", 1) != 0, positive = n.Node.Int("detect_positive", 1) != 0;
        return Test(n, v => (negative && double.IsNegativeInfinity(v)) || (positive && double.IsPositiveInfinity(v)));
    }

    public static TensorProto[]? Cast(InferenceNode n)
    {
        var x = n.In(0).Constant!;
        var to = n.Outputs[0].Type;
        if (!Wide.Supports(x.DataType) || !Wide.Supports(to))
        {
            return null;
        }

        if (x.DataType == to)
        {
            return [x];
        }

        // A float that no integer of the target type equals has no defined value; it stays a node.
        if (to == DataType.Bool)
        {
            return Test(n, v => v != 0);
        }

        if (Wide.IsDouble(to))
        {
            return [TensorWriting.FromDoubles(to, x.Dims, TensorReading.Doubles(x))];
        }

        return Wide.IsDouble(x.DataType) && Array.Exists(TensorReading.Doubles(x), v => !(Math.Abs(v) < 9e18))
            ? null
            : [TensorWriting.FromInt64s(to, x.Dims, TensorReading.Int64s(x))];
    }

    private static T[] Map<T>(T[] values, Func<T, T> function)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = function(values[i]);
        }

        return values;
    }
}
