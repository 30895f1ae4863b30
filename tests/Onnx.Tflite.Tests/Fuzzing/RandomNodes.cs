using Onnx.Model;

namespace Onnx.Tflite.Tests;

/// <summary>Ways to add a node to a random graph. Functions that jump (Floor, ArgMax ...) are left out: rounding would decide.</summary>
internal static class RandomNodes
{
    private static readonly string[] s_unary =
        ["Relu", "Sigmoid", "Tanh", "Neg", "Abs", "Softplus", "Elu", "LeakyRelu", "HardSigmoid", "HardSwish", "Erf", "Sin", "Cos", "Selu", "Celu", "Softsign", "Mish", "Identity"];

    private static readonly string[] s_binary = ["Add", "Sub", "Mul", "Max", "Min"];

    private static readonly string[] s_reductions = ["ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2", "ReduceLogSumExp", "ReduceSumSquare"];

    private static readonly Action<RandomGraph>[] s_all =
    [
        Unary, Unary, Binary, Binary, Broadcast, Reduction, Transpose, Transpose, Reshape, Flatten, Concat, Slice, Pad, Tile, Expand, Gather, DepthToSpace, SpaceToDepth, Squeeze, Unsqueeze,
        Conv, Conv, Conv, ConvTranspose, Pool, Pool, GlobalPool, BatchNormalization, InstanceNormalization, LayerNormalization, Softmax, MatMul, Gemm, PRelu, Resize, Where, CumSum, Clip, Split, Norm, ThresholdedRelu,
    ];

    public static void Add(RandomGraph g) => s_all[g.Next(s_all.Length)](g);

    private static void Unary(RandomGraph g)
    {
        var (x, dims) = g.Pick();
        g.Add(s_unary[g.Next(s_unary.Length)], [x], dims);
    }

    // It jumps at its alpha: one that no function saturates at, as Erf does at the default of 1.
    private static void ThresholdedRelu(RandomGraph g)
    {
        var (x, dims) = g.Pick();
        g.Add("ThresholdedRelu", [x], dims, AttributeProto.From("alpha", 0.137f + (0.31f * g.Next(4))));
    }

    private static void Binary(RandomGraph g)
    {
        var (x, dims) = g.Pick();
        string type = s_binary[g.Next(s_binary.Length)];
        string other = g.Next(3) == 0 ? g.Floats([.. dims.Select(dim => g.Next(2) == 0 ? 1 : dim)]) : g.Pick(d => d.AsSpan().SequenceEqual(dims))!.Value.Name;
        g.Add(type, g.Next(2) == 0 ? [x, other] : [other, x], dims);
    }

    private static void Broadcast(RandomGraph g)
    {
        var (x, dims) = g.Pick();
        int keep = g.Next(dims.Length + 1);
        g.Add(g.Next(2) == 0 ? "Add" : "Div", [x, g.Floats(dims[keep..], 0.5, 2)], dims);
    }

    private static void Reduction(RandomGraph g)
    {
        var (x, dims) = g.Pick();
        long[] axes = [.. Enumerable.Range(0, dims.Length).Where(_ => g.Next(2) == 0).Select(axis => (long)axis)];
        if (axes.Length > 0)
        {
            bool keep = g.Next(2) == 0;
            long[] result = [.. dims.Select((dim, axis) => axes.Contains(axis) ? keep ? 1 : -1 : dim).Where(dim => dim > 0)];
            g.Add(s_reductions[g.Next(7)], [x, g.Ints(axes)], result, AttributeProto.From("keepdims", keep ? 1L : 0L));
        }
    }

    private static void Transpose(RandomGraph g)
    {
        var (x, dims) = g.Pick();
        var left = Enumerable.Range(0, dims.Length).ToList();
        var order = new List<long>();
        while (left.Count > 0)
        {
            int pick = g.Next(left.Count);
            order.Add(left[pick]);
            left.RemoveAt(pick);
        }

        g.Add("Transpose", [x], [.. order.Select(axis => dims[axis])], AttributeProto.From("perm", order.ToArray()));
    }

    private static void Reshape(RandomGraph g)
    {
        var (x, dims) = g.Pick();
        long left = dims.Aggregate(1L, (product, dim) => product * dim);
        var result = new List<long>();
        for (int i = g.Next(4); i > 0 && left > 1; i--)
        {
            long[] divisors = [.. Enumerable.Range(1, 12).Select(d => (long)d).Where(d => left % d == 0)];
            result.Add(divisors[g.Next(divisors.Length)]);
            left /= result[^1];
        }

        result.Add(left);
        g.Add("Reshape", [x, g.Ints([.. result])], [.. result]);
    }

    private static void Flatten(RandomGraph g)
    {
        var (x, dims) = g.Pick();
        int axis = g.Next(dims.Length + 1);
        g.Add("Flatten", [x], [dims[..axis].Aggregate(1L, (a, b) => a * b), dims[axis..].Aggregate(1L, (a, b) => a * b)], AttributeProto.From("axis", (long)axis));
    }

    private static void Concat(RandomGraph g)
    {
        var (x, dims) = g.Pick();
        int axis = g.Next(Math.Max(dims.Length, 1));
        if (dims.Length > 0 && g.Pick(d => d.Length == dims.Length && d.Index().All(item => item.Index == axis || item.Item == dims[item.Index])) is var (y, other))
        {
            g.Add("Concat", [x, y], [.. dims.Select((dim, i) => i == axis ? dim + other[i] : dim)], AttributeProto.From("axis", (long)axis));
        }
    }

    private static void Slice(RandomGraph g)
    {
        var (x, dims) = g.Pick();
        if (dims.Length > 0)
        {
            int axis = g.Next(dims.Length), begin = g.Next((int)dims[axis]), step = 1 + g.Next(2);
            long end = begin + 1 + g.Next((int)dims[axis] - begin);
            g.Add("Slice", [x, g.Ints(begin), g.Ints(end), g.Ints(axis), g.Ints(step)], [.. dims.Select((dim, i) => i == axis ? (end - begin + step - 1) / step : dim)]);
        }
    }

    private static void Pad(RandomGraph g)
    {
        var (x, dims) = g.Pick();
        if (dims.Length is > 0 and <= 4)
        {
            long[] pads = [.. Enumerable.Range(0, 2 * dims.Length).Select(_ => (long)g.Next(3))];
            g.Add("Pad", [x, g.Ints(pads), g.Floats([])], [.. dims.Select((dim, i) => dim + pads[i] + pads[i + dims.Length])]);
        }
    }

    private static void Tile(RandomGraph g)
    {
        var (x, dims) = g.Pick();
        if (dims.Length > 0)
        {
            long[] repeats = [.. dims.Select(_ => 1L + g.Next(2))];
            g.Add("Tile", [x, g.Ints(repeats)], [.. dims.Zip(repeats, (dim, count) => dim * count)]);
        }
    }

    private static void Expand(RandomGraph g)
    {
        var (x, dims) = g.Pick();
        long[] result = [.. dims.Select(dim => dim == 1 ? 1L + g.Next(4) : dim)];
        if (result.Length > 0)
        {
            g.Add("Expand", [x, g.Ints(result)], result);
        }
    }

    private static void Gather(RandomGraph g)
    {
        var (x, dims) = g.Pick();
        if (dims.Length > 0)
        {
            int axis = g.Next(dims.Length);
            long[] indices = [.. Enumerable.Range(0, 1 + g.Next(4)).Select(_ => (long)g.Next((int)dims[axis]))];
            g.Add("Gather", [x, g.Ints(indices)], [.. dims[..axis], indices.Length, .. dims[(axis + 1)..]], AttributeProto.From("axis", (long)axis));
        }
    }

    private static void DepthToSpace(RandomGraph g)
    {
        if (g.Pick(d => d.Length == 4 && d[1] % 4 == 0) is var (x, d))
        {
            g.Add("DepthToSpace", [x], [d[0], d[1] / 4, d[2] * 2, d[3] * 2], AttributeProto.From("blocksize", 2L), AttributeProto.From("mode", g.Next(2) == 0 ? "DCR" : "CRD"));
        }
    }

    private static void SpaceToDepth(RandomGraph g)
    {
        if (g.Pick(d => d.Length == 4 && d[2] % 2 == 0 && d[3] % 2 == 0) is var (x, d))
        {
            g.Add("SpaceToDepth", [x], [d[0], d[1] * 4, d[2] / 2, d[3] / 2], AttributeProto.From("blocksize", 2L));
        }
    }

    private static void Squeeze(RandomGraph g)
    {
        if (g.Pick(d => d.Length > 1 && d.Contains(1)) is var (x, d))
        {
            int axis = Array.IndexOf(d, 1);
            g.Add("Squeeze", [x, g.Ints(axis)], [.. d[..axis], .. d[(axis + 1)..]]);
        }
    }

    private static void Unsqueeze(RandomGraph g)
    {
        var (x, d) = g.Pick();
        int axis = g.Next(d.Length + 1);
        g.Add("Unsqueeze", [x, g.Ints(axis)], [.. d[..axis], 1, .. d[axis..]]);
    }

    private static void Conv(RandomGraph g)
    {
        if (g.Pick(d => d.Length == 4 && d[2] >= 3 && d[3] >= 3) is not var (x, d))
        {
            return;
        }

        bool depthwise = g.Next(3) == 0;
        long group = depthwise ? d[1] : 1, outputs = depthwise ? d[1] * (1 + g.Next(2)) : 1 + g.Next(8), kernel = 1 + g.Next(3), stride = 1 + g.Next(2), pad = g.Next(2);
        long H(long size) => ((size + (2 * pad) - kernel) / stride) + 1;
        string[] inputs = [x, g.Floats([outputs, d[1] / group, kernel, kernel]), .. g.Next(2) == 0 ? [g.Floats([outputs])] : Array.Empty<string>()];
        g.Add("Conv", inputs, [d[0], outputs, H(d[2]), H(d[3])], AttributeProto.From("group", group), AttributeProto.From("strides", [stride, stride]), AttributeProto.From("pads", [pad, pad, pad, pad]));
    }

    private static void ConvTranspose(RandomGraph g)
    {
        if (g.Pick(d => d.Length == 4) is var (x, d))
        {
            long outputs = 1 + g.Next(5), kernel = 2 + g.Next(2), stride = 1 + g.Next(2);
            g.Add("ConvTranspose", [x, g.Floats([d[1], outputs, kernel, kernel])], [d[0], outputs, ((d[2] - 1) * stride) + kernel, ((d[3] - 1) * stride) + kernel], AttributeProto.From("strides", [stride, stride]));
        }
    }

    private static void Pool(RandomGraph g)
    {
        if (g.Pick(d => d.Length == 4 && d[2] >= 3 && d[3] >= 3) is var (x, d))
        {
            long stride = 1 + g.Next(2), pad = g.Next(2);
            long H(long size) => ((size + (2 * pad) - 3) / stride) + 1;
            AttributeProto[] attributes = [AttributeProto.From("kernel_shape", [3L, 3]), AttributeProto.From("strides", [stride, stride]), AttributeProto.From("pads", [pad, pad, pad, pad])];
            bool max = g.Next(2) == 0;
            g.Add(max ? "MaxPool" : "AveragePool", [x], [d[0], d[1], H(d[2]), H(d[3])], [.. attributes, .. max ? [] : new[] { AttributeProto.From("count_include_pad", (long)g.Next(2)) }]);
        }
    }

    private static void GlobalPool(RandomGraph g)
    {
        if (g.Pick(d => d.Length is >= 3 and <= 5) is var (x, d))
        {
            g.Add(g.Next(2) == 0 ? "GlobalAveragePool" : "GlobalMaxPool", [x], [d[0], d[1], .. d[2..].Select(_ => 1L)]);
        }
    }

    private static void BatchNormalization(RandomGraph g)
    {
        if (g.Pick(d => d.Length >= 2) is var (x, d))
        {
            g.Add("BatchNormalization", [x, g.Floats([d[1]]), g.Floats([d[1]]), g.Floats([d[1]]), g.Floats([d[1]], 0.5, 2)], d);
        }
    }

    private static void InstanceNormalization(RandomGraph g)
    {
        if (g.Pick(d => d.Length is 3 or 4 && d[2..].Aggregate(1L, (a, b) => a * b) > 1) is var (x, d))
        {
            g.Add("InstanceNormalization", [x, g.Floats([d[1]]), g.Floats([d[1]])], d, AttributeProto.From("epsilon", 0.1f));
        }
    }

    private static void LayerNormalization(RandomGraph g)
    {
        if (g.Pick(d => d.Length >= 2 && d[^1] > 1) is var (x, d))
        {
            g.Add("LayerNormalization", [x, g.Floats([d[^1]]), g.Floats([d[^1]])], d, AttributeProto.From("axis", -1L), AttributeProto.From("epsilon", 0.1f));
        }
    }

    private static void Softmax(RandomGraph g)
    {
        var (x, d) = g.Pick();
        if (d.Length > 0)
        {
            g.Add(g.Next(2) == 0 ? "Softmax" : "LogSoftmax", [x], d, AttributeProto.From("axis", (long)g.Next(d.Length)));
        }
    }

    private static void MatMul(RandomGraph g)
    {
        if (g.Pick(d => d.Length is >= 2 and <= 5) is var (x, d))
        {
            long columns = 1 + g.Next(6);
            long[] batch = g.Next(2) == 0 ? [] : d[..^2];
            g.Add("MatMul", [x, g.Floats([.. batch, d[^1], columns])], [.. d[..^1], columns]);
        }
    }

    private static void Gemm(RandomGraph g)
    {
        if (g.Pick(d => d.Length == 2) is var (x, d))
        {
            bool transposed = g.Next(2) == 0;
            long columns = 1 + g.Next(6);
            g.Add("Gemm", [x, g.Floats(transposed ? [columns, d[1]] : [d[1], columns]), g.Floats([columns])], [d[0], columns], AttributeProto.From("transB", transposed ? 1L : 0L), AttributeProto.From("alpha", 0.5f));
        }
    }

    private static void PRelu(RandomGraph g)
    {
        if (g.Pick(d => d.Length >= 2) is var (x, d))
        {
            g.Add("PRelu", [x, g.Floats([d[1], .. d[2..].Select(_ => 1L)])], d);
        }
    }

    private static void Resize(RandomGraph g)
    {
        if (g.Pick(d => d.Length == 4) is var (x, d))
        {
            long h = d[2] * (1 + g.Next(2)), w = d[3] * (1 + g.Next(2));
            string mode = g.Next(2) == 0 ? "nearest" : "linear";
            g.Add("Resize", [x, "", "", g.Ints(d[0], d[1], h, w)], [d[0], d[1], h, w], AttributeProto.From("mode", mode), AttributeProto.From("coordinate_transformation_mode", mode == "nearest" ? "asymmetric" : "half_pixel"), AttributeProto.From("nearest_mode", "floor"));
        }
    }

    private static void Where(RandomGraph g)
    {
        var (x, d) = g.Pick();
        string mask = g.Fresh("m");
        long count = d.Aggregate(1L, (a, b) => a * b);
        g.Graph.Initializers.Add(TensorProto.Create<byte>(mask, DataType.Bool, d, [.. Enumerable.Range(0, (int)count).Select(i => (byte)(i % 3 == 0 ? 1 : 0))]));
        g.Add("Where", [mask, x, g.Floats([])], d);
    }

    private static void CumSum(RandomGraph g)
    {
        var (x, d) = g.Pick();
        if (d.Length > 0)
        {
            string axis = g.Fresh("a");
            g.Graph.Initializers.Add(TensorProto.Create<long>(axis, DataType.Int64, [], [g.Next(d.Length)]));
            g.Add("CumSum", [x, axis], d, AttributeProto.From("exclusive", (long)g.Next(2)), AttributeProto.From("reverse", (long)g.Next(2)));
        }
    }

    private static void Clip(RandomGraph g)
    {
        var (x, d) = g.Pick();
        double low = -g.Next(3), high = 1 + g.Next(6);
        g.Add("Clip", [x, g.Floats([], low, low), g.Floats([], high, high)], d);
    }

    private static void Split(RandomGraph g)
    {
        if (g.Pick(d => d.Length > 0 && d[0] % 2 == 0) is var (x, d))
        {
            g.Add("Slice", [x, g.Ints(0), g.Ints(d[0] / 2), g.Ints(0)], [d[0] / 2, .. d[1..]]);
            g.Add("Slice", [x, g.Ints(d[0] / 2), g.Ints(d[0]), g.Ints(0)], [d[0] / 2, .. d[1..]]);
        }
    }

    private static void Norm(RandomGraph g)
    {
        if (g.Pick(d => d.Length == 4) is var (x, d))
        {
            g.Add("LRN", [x], d, AttributeProto.From("size", 3L));
        }
    }
}
