using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using Torch.Onnx.Program;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Normalization over batches, groups and layers.</summary>
internal static class NormalizationOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("batch_norm", "BatchNormalization", BatchNorm),
        Many("native_batch_norm _native_batch_norm_legit", "BatchNormalization", c => [BatchNorm(c), NoStatistics(c), NoStatistics(c)]),
        Many("_native_batch_norm_legit_no_training", "BatchNormalization", c => [SavedStatistics(c, "input"), NoStatistics(c), NoStatistics(c)]),
        Many("_native_batch_norm_legit.no_stats", "ReduceMean, Sub, Mul", BatchStatistics),
        Of("batch_norm_elemt", "Sub, Mul, Add", Elementwise),
        Of("instance_norm", "InstanceNormalization", InstanceNorm),
        Of("group_norm", "Reshape, InstanceNormalization, Mul, Add", c => GroupNorm(c, c.Int("num_groups"), c.Float("eps"))),
        Many("native_group_norm", "Reshape, InstanceNormalization, Mul, Add", NativeGroupNorm),
        Of("layer_norm", "LayerNormalization", LayerNorm),
        Many("native_layer_norm", "LayerNormalization", NativeLayerNorm),
        Of("rms_norm", "Mul, ReduceMean, Sqrt, Reciprocal", c => RmsNorm(c).Result),
        Many("_fused_rms_norm", "Mul, ReduceMean, Sqrt, Reciprocal", c => RmsNorm(c) is var (result, scale) ? [result, scale] : []),
        Of("_weight_norm", "ReduceL2, Div, Mul", c => WeightNorm(c).Result),
        Many("_weight_norm_interface", "ReduceL2, Div, Mul", c => WeightNorm(c) is var (result, norm) ? [result, norm] : []),
        Of("norm_except_dim", "ReduceL2", c => ExceptDim(c, c.In("v"), c.Real("v").Rank, c.Int("dim"), c.Float("pow"))),
        Of("renorm", "ReduceL2, Where, Mul", Renorm),
    ];

    private static Value BatchNorm(OperatorCall c)
    {
        bool hasStatistics = c.Has("running_mean") && c.Has("running_var");
        if (!c.Bool("training") && hasStatistics)
        {
            return SavedStatistics(c, "input");
        }

        return hasStatistics ? throw ActivationOperators.Training("batch_norm") : BatchStatistics(c)[0]!;
    }

    private static Value SavedStatistics(OperatorCall c, string input) => c.B.Op(
        "BatchNormalization",
        [c.InResultType(input), PerChannel(c, "weight", 1), PerChannel(c, "bias", 0), c.InResultType("running_mean"), c.InResultType("running_var")],
        Attr.From("epsilon", (float)c.Float("eps")));

    // One number for each channel: the argument, or the number that changes nothing.
    private static Value PerChannel(OperatorCall c, string name, double neutral)
    {
        if (c.OptionalInResultType(name) is { } given)
        {
            return given;
        }

        var channels = c.Real("input").Sizes[1];
        if (!channels.IsStatic)
        {
            return c.B.Expand(c.Const(neutral), c.Sizes.ShapeOf([channels]));
        }

        ConstantPool.CheckCount(channels.Value);
        double[] values = new double[channels.Value];
        Array.Fill(values, neutral);
        return c.B.Constants.Numbers(c.ResultType(), [channels.Value], values);
    }

    private static Value?[] BatchStatistics(OperatorCall c)
    {
        var b = c.B;
        var tensor = c.Real("input");
        var x = c.InResultType("input");
        long[] axes = [.. BuilderShapes.Order(tensor.Rank).Where(axis => axis != 1)];
        var mean = b.Mean(x, axes, keepDims: true);
        var centered = b.Sub(x, mean);
        var scale = b.Reciprocal(b.Sqrt(b.Add(b.Mean(b.Square(centered), axes, keepDims: true), c.Float("eps"))));
        var y = Affine(c, b.Mul(centered, scale), tensor.Rank);
        return [y, b.Squeeze(mean, axes), b.Squeeze(scale, axes)];
    }

    // Times weight plus bias, both [channels].
    private static Value Affine(OperatorCall c, Value x, int rank)
    {
        long[] trailing = [.. Enumerable.Range(1, Math.Max(rank - 2, 0)).Select(axis => (long)axis)];
        if (c.OptionalInResultType("weight") is { } weight)
        {
            x = c.B.Mul(x, c.B.Unsqueeze(weight, trailing));
        }

        return c.OptionalInResultType("bias") is { } bias ? c.B.Add(x, c.B.Unsqueeze(bias, trailing)) : x;
    }

    private static Value Elementwise(OperatorCall c)
    {
        int rank = c.Real("input").Rank;
        long[] trailing = [.. Enumerable.Range(1, Math.Max(rank - 2, 0)).Select(axis => (long)axis)];
        var centered = c.B.Sub(c.InResultType("input"), c.B.Unsqueeze(c.InResultType("mean"), trailing));
        return Affine(c, c.B.Mul(centered, c.B.Unsqueeze(c.InResultType("invstd"), trailing)), rank);
    }

    private static Value InstanceNorm(OperatorCall c)
    {
        if (!c.Bool("use_input_stats"))
        {
            return SavedStatistics(c, "input");
        }

        return c.B.Op(
            "InstanceNormalization", [c.InResultType("input"), PerChannel(c, "weight", 1), PerChannel(c, "bias", 0)], Attr.From("epsilon", (float)c.Float("eps")));
    }

    private static Value GroupNorm(OperatorCall c, long groups, double eps)
    {
        var b = c.B;
        var tensor = c.Real("input");
        ConstantPool.CheckCount(groups);
        double[] ones = new double[groups];
        Array.Fill(ones, 1);
        var type = c.ResultType();
        var apart = b.Reshape(c.InResultType("input"), 0, groups, -1);
        var normal = b.Op(
            "InstanceNormalization",
            [apart, b.Constants.Numbers(type, [groups], ones), b.Constants.Numbers(type, [groups], new double[groups])],
            Attr.From("epsilon", (float)eps));
        var y = c.Reshape(normal, [tensor.Sizes[0], groups, new SymInt(0, "group")], tensor.Sizes);
        return Affine(c, y, tensor.Rank);
    }

    private static Value?[] NativeGroupNorm(OperatorCall c)
    {
        var b = c.B;
        long groups = c.Int("group");
        var apart = b.Reshape(c.InResultType("input"), 0, groups, -1);
        var mean = b.Mean(apart, [2], keepDims: true);
        var variance = b.Mean(b.Square(b.Sub(apart, mean)), [2]);
        return [GroupNorm(c, groups, c.Float("eps")), b.Squeeze(mean, 2), b.Reciprocal(b.Sqrt(b.Add(variance, c.Float("eps"))))];
    }

    // The statistics of a batch, which saved ones make needless.
    private static Value NoStatistics(OperatorCall c) => c.B.Constants.Numbers(c.ResultType(), [0], []);

    private static Value LayerNorm(OperatorCall c)
    {
        long[] shape = c.Ints("normalized_shape");
        var weight = c.OptionalInResultType("weight") ?? Ones(c, shape);
        return c.B.Op(
            "LayerNormalization",
            [c.InResultType("input"), weight, c.OptionalInResultType("bias")],
            Attr.From("axis", -shape.Length),
            Attr.From("epsilon", (float)c.Float("eps")));
    }

    private static Value Ones(OperatorCall c, long[] shape)
    {
        long count = shape.Aggregate(1L, (product, size) => checked(product * size));
        ConstantPool.CheckCount(count);
        double[] ones = new double[count];
        Array.Fill(ones, 1);
        return c.B.Constants.Numbers(c.ResultType(), shape, ones);
    }

    private static Value?[] NativeLayerNorm(OperatorCall c)
    {
        var b = c.B;
        var tensor = c.Real("input");
        long[] axes = [.. BuilderShapes.Order(tensor.Rank).Skip(tensor.Rank - c.Ints("normalized_shape").Length)];
        var mean = b.Mean(tensor.Value, axes, keepDims: true);
        var variance = b.Mean(b.Square(b.Sub(tensor.Value, mean)), axes, keepDims: true);
        return [LayerNorm(c), mean, b.Reciprocal(b.Sqrt(b.Add(variance, c.Float("eps"))))];
    }

    private static (Value Result, Value Scale) RmsNorm(OperatorCall c)
    {
        var b = c.B;
        var tensor = c.Real("input");
        double eps = c.OptionalFloat("eps") ?? tensor.Type switch
        {
            ScalarType.Double => 2.220446049250313e-16,
            ScalarType.Half => 0.0009765625,
            ScalarType.BFloat16 => 0.0078125,
            _ => 1.1920928955078125e-07,
        };
        var x = tensor.Type == ScalarType.Half ? b.Cast(tensor.Value, DataType.Float) : tensor.Value;
        long[] axes = [.. BuilderShapes.Order(tensor.Rank).Skip(tensor.Rank - c.Ints("normalized_shape").Length)];
        var scale = b.Reciprocal(b.Sqrt(b.Add(b.Mean(b.Square(x), axes, keepDims: true), eps)));
        var y = b.Cast(b.Mul(x, scale), c.ResultType());
        return (c.OptionalInResultType("weight") is { } weight ? b.Mul(y, weight) : y, scale);
    }

    private static (Value Result, Value Norm) WeightNorm(OperatorCall c)
    {
        var norm = ExceptDim(c, c.In("v"), c.Real("v").Rank, c.Int("dim"), 2);
        return (c.B.Mul(c.In("v"), c.B.Div(c.In("g"), norm)), norm);
    }

    // The norm over all dimensions but one; over all of them for -1.
    private static Value ExceptDim(OperatorCall c, Value v, int rank, long dim, double power) => dim == -1
        ? Norms.Reduce(c, v, power, BuilderShapes.Order(rank), false)
        : Norms.Reduce(c, v, power, [.. BuilderShapes.Order(rank).Where(axis => axis != dim)], true);

    private static Value Renorm(OperatorCall c)
    {
        var b = c.B;
        var tensor = c.Real("self");
        double limit = c.Float("maxnorm");
        var norm = ExceptDim(c, tensor.Value, tensor.Rank, c.Dim("dim", tensor.Rank), c.Float("p"));
        var factor = b.Where(b.Greater(norm, limit), b.Div(limit, b.Add(norm, 1e-7)), b.Like(norm, 1));
        return b.Mul(tensor.Value, factor);
    }
}
