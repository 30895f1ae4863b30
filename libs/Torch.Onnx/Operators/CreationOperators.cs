using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using Torch.Onnx.Program;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Tensors made from numbers.</summary>
internal static class CreationOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("full full_like new_full", "Expand", c => Fill(c, c.Number("fill_value"))),
        Of("zeros zeros_like new_zeros", "Expand", c => Fill(c, 0)),
        Of("ones ones_like new_ones", "Expand", c => Fill(c, 1)),
        Of("empty.memory_format empty_like empty_permuted empty_strided new_empty new_empty_strided", "Expand", c => Fill(c, 0), "zeros"),
        Of("fill.Scalar", "Expand", c => Fill(c, c.Number("value"))),
        Of("fill.Tensor", "Expand", FillTensor),
        Of("zero", "Expand", c => Fill(c, 0)),
        Of("scalar_tensor", "(constant)", c => c.Number("s").ToValue(c.B, c.ResultType())),
        Of("arange arange.start arange.start_step", "Range", Arange),
        Of("range range.step", "Range", Arange),
        Of("eye eye.m", "EyeLike", Eye),
        Of("linspace", "(constant)", c => Spaced(c, x => x)),
        Of("logspace", "(constant)", c => Spaced(c, x => Math.Pow(c.Float("base"), x))),
        Of("tril_indices", "(constant)", c => TriangleIndices(c, (row, column, offset) => column <= row + offset)),
        Of("triu_indices", "(constant)", c => TriangleIndices(c, (row, column, offset) => column >= row + offset)),
        Of("hann_window hann_window.periodic", "(constant)", c => Window(c, phase => 0.5 - (0.5 * Math.Cos(phase)))),
        Of("hamming_window hamming_window.periodic hamming_window.periodic_alpha hamming_window.periodic_alpha_beta", "(constant)", Hamming),
        Of("blackman_window blackman_window.periodic", "(constant)", c => Window(c, phase => 0.42 - (0.5 * Math.Cos(phase)) + (0.08 * Math.Cos(2 * phase)))),
        Of("bartlett_window bartlett_window.periodic", "(constant)", c => Window(c, phase => 1 - Math.Abs((phase / Math.PI) - 1))),
        Of("fft_fftfreq", "(constant)", c => Frequencies(c, i => i < (c.Int("n") + 1) / 2 ? i : i - c.Int("n"))),
        Of("fft_rfftfreq", "(constant)", c => Frequencies(c, i => i)),
        Of("vander linalg_vander", "Pow", Vandermonde),
    ];

    private const int LargestLiteral = 64;
    private const int LargestRangeConstant = 4096;

    /// <summary>A tensor of the result's type and sizes that holds one number everywhere.</summary>
    public static Value Fill(OperatorCall c, Number number)
    {
        var type = c.ResultType();
        if (c.Result.Type.IsComplex())
        {
            var pair = c.B.Constants.Numbers(type, [2], [number.Real, number.Imaginary]);
            return c.B.Expand(pair, c.Sizes.ShapeOf([.. c.Sizes.NumbersOf(c.Result.Sizes), 2]));
        }

        long count = 1;
        bool isStatic = number.IsConstant;
        foreach (var size in c.Result.Sizes)
        {
            isStatic &= size.IsStatic;
            count = Math.Min(count * size.Value, LargestLiteral + 1);
        }

        var scalar = number.ToValue(c.B, type);
        if (c.Result.Rank == 0)
        {
            return scalar;
        }

        if (isStatic && count <= LargestLiteral)
        {
            double[] values = new double[count];
            Array.Fill(values, number.Real);
            return c.B.Constants.Numbers(type, Array.ConvertAll(c.Result.Sizes, size => size.Value), values);
        }

        return c.B.Expand(scalar, c.Sizes.ShapeOf(c.Result.Sizes));
    }

    private static Value FillTensor(OperatorCall c)
    {
        var value = c.B.Cast(c.In("value"), c.ResultType());
        return c.Result.Rank == 0 ? value : c.B.Expand(value, c.Sizes.ShapeOf(c.Result.Sizes));
    }

    private static Value Arange(OperatorCall c)
    {
        var start = c.Schema.Find("start") is null ? 0 : c.Number("start");
        var step = c.Schema.Find("step") is null ? 1 : c.Number("step");
        var end = c.Number("end");
        var type = c.ResultType();
        if (c.Result.Sizes[0] is { IsStatic: true, Value: <= LargestRangeConstant } size && start.IsConstant && step.IsConstant)
        {
            double[] values = new double[size.Value];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = start.Real + (i * step.Real);
            }

            return c.B.Constants.Numbers(type, [values.Length], values);
        }

        bool isInteger = new[] { start, end, step }.All(number => number.Kind is NumberKind.Int or NumberKind.Bool);
        if (c.Schema.Name.StartsWith("aten.range.", StringComparison.Ordinal))
        {
            throw LoweringException.Dynamic("range must be known at conversion; arange need not");
        }

        var computed = isInteger ? DataType.Int64 : DataType.Double;
        return c.B.Cast(c.B.Op("Range", start.ToValue(c.B, computed), end.ToValue(c.B, computed), step.ToValue(c.B, computed)), type);
    }

    private static Value Eye(OperatorCall c)
    {
        // EyeLike has fewer types than there are; a matrix of floats becomes any.
        var matrix = c.B.Expand(c.B.Const(DataType.Float, 0), c.Sizes.ShapeOf(c.Result.Sizes));
        return c.B.Cast(c.B.Op("EyeLike", matrix), c.ResultType());
    }

    private static Value Spaced(OperatorCall c, Func<double, double> map)
    {
        long steps = c.Int("steps");
        double start = c.Float("start");
        double end = c.Float("end");
        ConstantPool.CheckCount(steps);
        double[] values = new double[steps];
        double step = steps > 1 ? (end - start) / (steps - 1) : 0;
        for (int i = 0; i < values.Length; i++)
        {
            // From both ends, so that the last number is exactly the end.
            values[i] = map(i < steps / 2 ? start + (i * step) : steps == 1 ? start : end - ((steps - 1 - i) * step));
        }

        return c.B.Constants.Numbers(c.ResultType(), [steps], values);
    }

    private static Value TriangleIndices(OperatorCall c, Func<long, long, long, bool> contains)
    {
        long rows = c.Int("row");
        long columns = c.Int("col");
        long offset = c.Int("offset");
        ConstantPool.CheckCount(checked(rows * columns));
        var rowOf = new List<double>();
        var columnOf = new List<double>();
        for (long row = 0; row < rows; row++)
        {
            for (long column = 0; column < columns; column++)
            {
                if (contains(row, column, offset))
                {
                    rowOf.Add(row);
                    columnOf.Add(column);
                }
            }
        }

        return c.B.Constants.Numbers(c.ResultType(), [2, rowOf.Count], [.. rowOf, .. columnOf]);
    }

    private static Value Hamming(OperatorCall c)
    {
        double alpha = c.Schema.Find("alpha") is null ? 0.54 : c.Float("alpha");
        double beta = c.Schema.Find("beta") is null ? 0.46 : c.Float("beta");
        return Window(c, phase => alpha - (beta * Math.Cos(phase)));
    }

    private static Value Window(OperatorCall c, Func<double, double> shape)
    {
        long length = c.Int("window_length");
        bool isPeriodic = c.Schema.Find("periodic") is null || c.Bool("periodic");
        ConstantPool.CheckCount(length);
        double[] values = new double[length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = length == 1 ? 1 : shape(2 * Math.PI * i / (isPeriodic ? length : length - 1));
        }

        return c.B.Constants.Numbers(c.ResultType(), [length], values);
    }

    private static Value Frequencies(OperatorCall c, Func<long, double> numerator)
    {
        long count = c.Result.Sizes[0].Value;
        double scale = c.Int("n") * c.Float("d");
        ConstantPool.CheckCount(count);
        double[] values = new double[count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = numerator(i) / scale;
        }

        return c.B.Constants.Numbers(c.ResultType(), [count], values);
    }

    private static Value Vandermonde(OperatorCall c)
    {
        bool isLinear = c.Schema.Name.StartsWith("aten.linalg", StringComparison.Ordinal);
        long columns = c.Result.Sizes[^1].Value;
        ConstantPool.CheckCount(columns);
        double[] powers = new double[columns];
        bool increases = isLinear || c.Bool("increasing");
        for (int i = 0; i < powers.Length; i++)
        {
            powers[i] = increases ? i : columns - 1 - i;
        }

        var x = c.InResultType("x");
        return c.B.Op("Pow", c.B.Unsqueeze(x, c.Result.Rank - 1), c.B.Constants.Numbers(x.Type, [columns], powers));
    }
}
