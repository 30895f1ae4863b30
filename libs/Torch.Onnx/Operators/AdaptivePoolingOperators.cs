using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Pooling to a given size: output i covers the inputs from floor(i * in / out) to ceil((i + 1) * in / out).</summary>
internal static class AdaptivePoolingOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("adaptive_avg_pool1d", "GlobalAveragePool, AveragePool, MatMul", c => Average(c, 1)),
        Of("adaptive_avg_pool2d _adaptive_avg_pool2d", "GlobalAveragePool, AveragePool, MatMul", c => Average(c, 2)),
        Of("adaptive_avg_pool3d _adaptive_avg_pool3d", "GlobalAveragePool, AveragePool, MatMul", c => Average(c, 3)),
        Many("adaptive_max_pool1d", "MaxPool, Gather, ReduceMax", c => Max(c, 1)),
        Many("adaptive_max_pool2d", "MaxPool, Gather, ReduceMax", c => Max(c, 2)),
        Many("adaptive_max_pool3d", "MaxPool, Gather, ReduceMax", c => Max(c, 3)),
    ];

    private static Value Average(OperatorCall c, int spatial)
    {
        var b = c.B;
        var tensor = c.Real("self");
        int first = tensor.Rank - spatial;
        bool isBatched = first == 2;
        var output = c.Result.Sizes[first..];
        if (Array.TrueForAll(output, size => size.Is(1)))
        {
            return isBatched ? b.Op("GlobalAveragePool", tensor.Value) : b.Mean(tensor.Value, [.. BuilderShapes.Order(tensor.Rank).Skip(first)], keepDims: true);
        }

        if (isBatched && Divisors(tensor, c.Result.Sizes, first) is { } kernel)
        {
            return b.Op("AveragePool", [tensor.Value], Attr.From("kernel_shape", kernel), Attr.From("strides", kernel));
        }

        var x = tensor.Value;
        for (int axis = first; axis < tensor.Rank; axis++)
        {
            if (tensor.Sizes[axis] != c.Result.Sizes[axis])
            {
                var matrix = Averaging(c, c.Sizes.SizeOf(tensor, axis), c.Result.Sizes[axis].IsStatic ? c.Result.Sizes[axis].Value : throw LoweringException.Dynamic("the output size must be static"), x.Type);
                x = b.Swap(b.Op("MatMul", b.Swap(x, tensor.Rank, axis, tensor.Rank - 1), matrix), tensor.Rank, axis, tensor.Rank - 1);
            }
        }

        return x;
    }

    private static long[]? Divisors(Tensor tensor, Program.SymInt[] result, int first)
    {
        var kernel = new List<long>();
        for (int axis = first; axis < tensor.Rank; axis++)
        {
            if (!tensor.Sizes[axis].IsStatic || !result[axis].IsStatic || result[axis].Value == 0 || tensor.Sizes[axis].Value % result[axis].Value != 0)
            {
                return null;
            }

            kernel.Add(tensor.Sizes[axis].Value / result[axis].Value);
        }

        return [.. kernel];
    }

    // The matrix [in, out] whose columns average their window.
    private static Value Averaging(OperatorCall c, Number input, long output, DataType type)
    {
        var b = c.B;
        if (input.IsConstant)
        {
            ConstantPool.CheckCount(checked(input.Integer * output));
            double[] weights = new double[input.Integer * output];
            for (long i = 0; i < output; i++)
            {
                var (start, end) = Window(i, input.Integer, output);
                for (long j = start; j < end; j++)
                {
                    weights[(j * output) + i] = 1.0 / (end - start);
                }
            }

            return b.Constants.Numbers(type, [input.Integer, output], weights);
        }

        var size = input.ToValue(b, DataType.Int64);
        var columns = b.Constants.Integers([.. Enumerable.Range(0, (int)output)]);
        var starts = b.Div(b.Mul(columns, size), output);
        var ends = b.Div(b.Add(b.Mul(b.Add(columns, 1), size), output - 1), output);
        var rows = b.Unsqueeze(b.Op("Range", b.Const(DataType.Int64, 0), size, b.Const(DataType.Int64, 1)), 1);
        var inside = b.And(b.Op("GreaterOrEqual", rows, starts), b.Less(rows, ends));
        return b.Div(b.Cast(inside, type), b.Cast(b.Sub(ends, starts), type));
    }

    private static (long Start, long End) Window(long index, long input, long output) => (index * input / output, (((index + 1) * input) + output - 1) / output);

    // Windows of different lengths are made equal by repeating their last element, which changes neither maximum nor first position.
    private static Value?[] Max(OperatorCall c, int spatial)
    {
        var b = c.B;
        var tensor = c.Real("self");
        int first = tensor.Rank - spatial;
        var x = tensor.Value;
        var positions = new List<long[][]>();
        for (int i = 0; i < spatial; i++)
        {
            long input = tensor.StaticSize(first + i, "the argument");
            long[][] windows = Windows(input, c.Result.Sizes[first + i].Value);
            positions.Add(windows);
            x = b.Gather(x, b.Constants.Integers([windows.Length, windows[0].Length], [.. windows.SelectMany(window => window)]), first + (2 * i));
        }

        long[] order = [.. BuilderShapes.Order(first), .. Enumerable.Range(0, spatial).Select(i => (long)(first + (2 * i))), .. Enumerable.Range(0, spatial).Select(i => (long)(first + (2 * i) + 1))];
        long[] shape = [.. Enumerable.Repeat(0L, first + spatial), -1];
        var cells = b.Reshape(b.Transpose(x, order), shape);
        var best = b.Op("ArgMax", [cells], Attr.From("axis", first + spatial), Attr.From("keepdims", 1));
        return [b.Reduce("ReduceMax", cells, [first + spatial]), Indices(c, tensor, positions, best, first)];
    }

    private static long[][] Windows(long input, long output)
    {
        ConstantPool.CheckCount(checked(input * output));
        var windows = Enumerable.Range(0, (int)output).Select(i => Window(i, input, output)).ToList();
        long longest = windows.Max(window => window.End - window.Start);
        return [.. windows.Select(window => Enumerable.Range(0, (int)longest).Select(i => Math.Min(window.Start + i, window.End - 1)).ToArray())];
    }

    private static Value Indices(OperatorCall c, Tensor tensor, List<long[][]> positions, Value best, int first)
    {
        var b = c.B;
        // The position in the plane of every element of every window: [out..., window].
        var flat = new List<long>();
        ConstantPool.CheckCount(positions.Aggregate(1L, (count, windows) => checked(count * windows.Length * windows[0].Length)));
        Fill(flat, positions, [], tensor.Sizes[first..]);
        long[] outs = [.. positions.Select(windows => (long)windows.Length)];
        var table = b.Constants.Integers([.. outs, positions.Aggregate(1L, (count, windows) => count * windows[0].Length)], [.. flat]);
        var expanded = b.Expand(table, b.Op("Concat", [b.Slice(b.Shape(best), 0, 0, first), b.Shape(table)], Attr.From("axis", 0)));
        return b.Squeeze(b.Op("GatherElements", [expanded, best], Attr.From("axis", first + outs.Length)), first + outs.Length);
    }

    private static void Fill(List<long> flat, List<long[][]> positions, long[][] chosen, Program.SymInt[] sizes)
    {
        if (chosen.Length < positions.Count)
        {
            foreach (long[] window in positions[chosen.Length])
            {
                Fill(flat, positions, [.. chosen, window], sizes);
            }

            return;
        }

        IEnumerable<long> plane = [0];
        for (int i = 0; i < chosen.Length; i++)
        {
            plane = [.. plane.SelectMany(position => chosen[i].Select(index => (position * sizes[i].Value) + index))];
        }

        flat.AddRange(plane);
    }
}
