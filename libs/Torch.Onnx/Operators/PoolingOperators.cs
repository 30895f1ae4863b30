using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Pooling with windows of a given size.</summary>
internal static class PoolingOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("max_pool1d", "MaxPool", c => MaxPool(c, 1)),
        Of("max_pool2d", "MaxPool", c => MaxPool(c, 2)),
        Of("max_pool3d", "MaxPool", c => MaxPool(c, 3)),
        Many("max_pool1d_with_indices", "MaxPool, Mod", c => MaxPoolWithIndices(c, 1)),
        Many("max_pool2d_with_indices", "MaxPool, Mod", c => MaxPoolWithIndices(c, 2)),
        Many("max_pool3d_with_indices", "MaxPool, Mod", c => MaxPoolWithIndices(c, 3)),
        Of("avg_pool1d", "AveragePool", c => AveragePool(c, 1)),
        Of("avg_pool2d", "AveragePool", c => AveragePool(c, 2)),
        Of("avg_pool3d", "AveragePool", c => AveragePool(c, 3)),
        Of("max_unpool2d max_unpool3d", "ScatterElements", Unpool),
    ];

    private static Value MaxPool(OperatorCall c, int spatial)
    {
        var window = new PoolWindow(c, spatial);
        return Unbatch(c, window, c.B.Op("MaxPool", [Padded(c, window, out long[] pads)], Attributes(window, pads)));
    }

    private static Value?[] MaxPoolWithIndices(OperatorCall c, int spatial)
    {
        var window = new PoolWindow(c, spatial);
        var x = Padded(c, window, out long[] pads);
        if (pads.All(pad => pad == 0) && window.Padding.Any(pad => pad > 0))
        {
            throw LoweringException.Argument("indices of windows that are padded by more than their size are not mapped");
        }

        var type = OnnxBuilder.SupportedType("MaxPool", x.Type);
        var results = c.B.Ops("MaxPool", [c.B.Cast(x, type)], [type, DataType.Int64], Attributes(window, pads));
        var tensor = c.Real("self");
        // ONNX counts over the whole input, PyTorch inside a plane.
        var plane = Enumerable.Range(tensor.Rank - spatial, spatial).Select(axis => c.Sizes.SizeOf(tensor, axis)).Aggregate((Number)1, (p, q) => NumberMath.Multiply(c.B, p, q));
        var indices = c.B.Op("Mod", results[1], plane.ToValue(c.B, DataType.Int64));
        return [Unbatch(c, window, results[0]), Unbatch(c, window, indices)];
    }

    private static AttributeProto[] Attributes(PoolWindow window, long[] pads) =>
    [
        Attr.From("kernel_shape", window.Kernel),
        Attr.From("strides", window.Stride),
        Attr.From("pads", pads),
        .. window.Dilation.Any(dilation => dilation != 1) ? [Attr.From("dilations", window.Dilation)] : Array.Empty<AttributeProto>(),
        .. window.NeedsCeilMode ? [Attr.From("ceil_mode", 1)] : Array.Empty<AttributeProto>(),
    ];

    // Runtimes refuse padding of a window's size or more; then the input itself is padded with the least number.
    private static Value Padded(OperatorCall c, PoolWindow window, out long[] pads)
    {
        var x = Batch(c, window);
        pads = [.. window.Padding, .. window.EndPadding];
        if (!window.EndPadding.Where((pad, i) => pad >= window.Kernel[i]).Any())
        {
            return x;
        }

        long[] outer = [0, 0, .. window.Padding, 0, 0, .. window.EndPadding];
        pads = new long[pads.Length];
        return c.B.Op("Pad", x, c.B.Constants.Integers(outer), x.Type.IsFloatingPoint() ? c.B.Const(x.Type, double.NegativeInfinity) : throw LoweringException.Argument("integers cannot be padded with minus infinity"));
    }

    private static Value Batch(OperatorCall c, PoolWindow window) => window.IsBatched ? c.In("self") : c.B.Unsqueeze(c.In("self"), 0);

    private static Value Unbatch(OperatorCall c, PoolWindow window, Value y) => window.IsBatched ? y : c.B.Squeeze(y, 0);

    private static Value AveragePool(OperatorCall c, int spatial)
    {
        var window = new PoolWindow(c, spatial);
        bool countsPadding = c.Bool("count_include_pad") && window.Padding.Any(pad => pad > 0);
        long? divisor = c.Schema.Find("divisor_override") is null ? null : c.OptionalInt("divisor_override");
        bool includes = countsPadding || divisor is not null;
        if (includes && window.NeedsCeilMode)
        {
            throw LoweringException.Dynamic("average pooling with ceil_mode and padding needs static sizes");
        }

        var attributes = Attributes(window, [.. window.Padding, .. window.EndPadding]);
        var mean = c.B.Op("AveragePool", [Batch(c, window)], [.. attributes, Attr.From("count_include_pad", includes ? 1 : 0)]);
        if (divisor is { } fixedDivisor)
        {
            mean = c.B.Mul(mean, (double)window.Kernel.Aggregate(1L, (p, q) => p * q) / fixedDivisor);
        }
        else if (countsPadding && window.Overreaches)
        {
            mean = c.B.Mul(mean, Correction(c, window, mean.Type));
        }

        return Unbatch(c, window, mean);
    }

    // What ceil_mode adds beyond the padding counts in ONNX, but not in PyTorch.
    private static Value Correction(OperatorCall c, PoolWindow window, DataType type)
    {
        var factor = c.B.Const(type, 1);
        for (int axis = 0; axis < window.Spatial; axis++)
        {
            if (window.InputSize(axis) is not { } input || window.OutputSize(axis) is not { } output)
            {
                continue;
            }

            double[] factors = new double[output];
            ConstantPool.CheckCount(output);
            for (int i = 0; i < factors.Length; i++)
            {
                long start = (i * window.Stride[axis]) - window.Padding[axis];
                long end = Math.Min(start + window.Kernel[axis], input + window.Padding[axis]);
                factors[i] = (double)window.Kernel[axis] / (end - start);
            }

            long[] sizes = new long[window.Spatial - axis];
            Array.Fill(sizes, 1);
            sizes[0] = output;
            factor = c.B.Mul(factor, c.B.Constants.Numbers(type, sizes, factors));
        }

        return factor;
    }

    private static Value Unpool(OperatorCall c)
    {
        var b = c.B;
        var tensor = c.Real("self");
        int spatial = c.Schema.Name.Contains("3d", StringComparison.Ordinal) ? 3 : 2;
        var lead = Enumerable.Repeat((Number)0, tensor.Rank - spatial).Append(-1).ToArray();
        var plane = c.Numbers("output_size").Aggregate((Number)1, (p, q) => NumberMath.Multiply(b, p, q));
        var values = b.Op("Reshape", tensor.Value, c.Sizes.ShapeOf(lead));
        var indices = b.Op("Reshape", c.In("indices"), c.Sizes.ShapeOf(lead));
        var shape = c.Sizes.ShapeOf([.. Enumerable.Range(0, tensor.Rank - spatial).Select(axis => c.Sizes.SizeOf(tensor, axis)), plane]);
        var zeros = b.Expand(b.Const(tensor.Value.Type, 0), shape);
        var written = b.Op("ScatterElements", [zeros, indices, values], Attr.From("axis", tensor.Rank - spatial));
        return b.Op("Reshape", written, c.Sizes.ShapeOf(c.Result.Sizes));
    }
}
