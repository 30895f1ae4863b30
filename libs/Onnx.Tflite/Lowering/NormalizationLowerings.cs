using Onnx.Model;
using Onnx.Model.Analysis;
using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Normalisations.</summary>
internal static class NormalizationLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("BatchNormalization", BatchNormalization) { Builtins = "MUL, ADD; none where a convolution takes it up; MEAN, SQUARED_DIFFERENCE, RSQRT in training mode" },
        new("InstanceNormalization", InstanceNormalization) { Builtins = "MEAN, SQUARED_DIFFERENCE, SUB, ADD, RSQRT, MUL" },
        new("LayerNormalization", LayerNormalization) { Opsets = "17-21", Builtins = "MEAN, SQUARED_DIFFERENCE, SUB, ADD, RSQRT, MUL" },
        new("GroupNormalization", GroupNormalization) { Opsets = "18-21", Builtins = "RESHAPE, MEAN, SQUARED_DIFFERENCE, SUB, ADD, RSQRT, MUL" },
        new("RMSNormalization", n => n.Out(0, Rms(n, n.In(0), n.Optional(1), n.Axis(n.Node.Int("axis", -1), n.In(0).Rank)))) { Opsets = "23", Builtins = "MUL, MEAN, ADD, RSQRT" },
        new("MeanVarianceNormalization", MeanVariance) { Builtins = "MEAN, SUB, MUL, ADD, SQRT, DIV" },
        new("LpNormalization", LpNormalization) { Builtins = "ABS, MUL, SUM, SQRT, MAXIMUM, DIV" },
        new("LRN", LocalResponse) { Builtins = "LOCAL_RESPONSE_NORMALIZATION, or MUL, PAD, SLICE, ADD, POW, DIV" },
        new("SimplifiedLayerNormalization", n => n.Out(0, Rms(n, n.In(0), n.Optional(1), n.Axis(n.Node.Int("axis", -1), n.In(0).Rank)))) { Builtins = "MUL, MEAN, ADD, RSQRT" },
        new("SkipLayerNormalization", n => Skip(n, simplified: false)) { Domain = OnnxDomain.Microsoft, Opsets = "1", Builtins = "ADD, MEAN, SQUARED_DIFFERENCE, RSQRT, MUL" },
        new("SkipSimplifiedLayerNormalization", n => Skip(n, simplified: true)) { Domain = OnnxDomain.Microsoft, Opsets = "1", Builtins = "ADD, MUL, MEAN, RSQRT" },
    ];

    /// <summary>(x - mean) / sqrt(variance + epsilon) over axes, with mean and inverse deviation.</summary>
    public static (Tensor Result, Tensor Mean, Tensor InverseDeviation) Normalize(GraphBuilder b, Tensor x, int[] axes, double epsilon)
    {
        var mean = b.Mean(x, axes);
        var centred = b.Minus(x, mean);
        var inverse = b.Rsqrt(b.Plus(b.Mean(b.Square(centred), axes), epsilon));
        return (b.Times(centred, inverse), mean, inverse);
    }

    private static void BatchNormalization(LoweringNode n)
    {
        var x = n.In(0);
        double epsilon = n.Node.Float("epsilon", 1e-5f);
        if (n.Node.Int("training_mode", 0) != 0)
        {
            BatchNormalizationTraining.Lower(n, x, epsilon);
            return;
        }

        if (Enumerable.Range(1, 4).All(i => n.Numbers(i) is not null))
        {
            var (factor, offset) = Affine(n, epsilon);
            n.Out(0, n.B.Plus(n.B.Times(x, PerChannel(n, x, n.B.Floats([factor.Length], factor))), PerChannel(n, x, n.B.Floats([offset.Length], offset))));
            return;
        }

        Tensor C(int i) => PerChannel(n, x, n.In(i));
        var scaled = n.B.Times(n.B.Times(n.B.Minus(x, C(3)), n.B.Rsqrt(n.B.Plus(C(4), epsilon))), C(1));
        n.Out(0, n.B.Plus(scaled, C(2)));
    }

    // Folded in double precision, so that the two roundings left are those of the kernel itself.
    private static (float[] Factor, float[] Offset) Affine(LoweringNode n, double epsilon)
    {
        double[] scale = n.Numbers(1)!, bias = n.Numbers(2)!, mean = n.Numbers(3)!, variance = n.Numbers(4)!;
        float[] factor = new float[scale.Length], offset = new float[scale.Length];
        for (int i = 0; i < scale.Length; i++)
        {
            double f = scale[i] / Math.Sqrt(variance[i] + epsilon);
            factor[i] = (float)f;
            offset[i] = (float)(bias[i] - (mean[i] * f));
        }

        return (factor, offset);
    }

    /// <summary>A vector of channels as [1, C, 1, ...].</summary>
    internal static Tensor PerChannel(LoweringNode n, Tensor x, Tensor vector) =>
        n.B.Reshape(vector, x.Rank < 2 ? vector.Shape : [1, vector.Shape[0], .. Enumerable.Repeat((SymInt)1, x.Rank - 2)]);

    private static void InstanceNormalization(LoweringNode n)
    {
        var x = n.In(0);
        var (normal, _, _) = Normalize(n.B, x, [.. Enumerable.Range(2, x.Rank - 2)], n.Node.Float("epsilon", 1e-5f));
        n.Out(0, n.B.Plus(n.B.Times(normal, PerChannel(n, x, n.In(1))), PerChannel(n, x, n.In(2))));
    }

    private static void LayerNormalization(LoweringNode n)
    {
        var x = n.In(0);
        int axis = n.Axis(n.Node.Int("axis", -1), x.Rank);
        var (normal, mean, inverse) = Normalize(n.B, n.B.Cast(x, TensorType.Float32), [.. Enumerable.Range(axis, x.Rank - axis)], n.Node.Float("epsilon", 1e-5f));
        var scaled = n.Has(1) ? n.B.Times(normal, n.B.Cast(n.In(1), TensorType.Float32)) : normal;
        n.Out(0, n.B.Cast(n.Has(2) ? n.B.Plus(scaled, n.B.Cast(n.In(2), TensorType.Float32)) : scaled, x.Type));
        n.Out(1, mean);
        n.Out(2, inverse);
    }

    private static void GroupNormalization(LoweringNode n)
    {
        var x = n.In(0);
        long groups = n.Node.Int("num_groups", 1);
        var channels = SymInt.FloorDivide(x.Shape[1], groups);
        var parted = n.B.Reshape(x, [x.Shape[0], groups, channels, .. x.Shape[2..]]);
        var (normal, _, _) = Normalize(n.B, parted, [.. Enumerable.Range(2, parted.Rank - 2)], n.Node.Float("epsilon", 1e-5f));
        var whole = n.B.Reshape(normal, x.Shape);
        n.Out(0, n.B.Plus(n.B.Times(whole, PerChannel(n, x, n.In(1))), PerChannel(n, x, n.In(2))));
    }

    private static Tensor Rms(LoweringNode n, Tensor x, Tensor? scale, int axis)
    {
        var power = n.B.Mean(n.B.Square(x), [.. Enumerable.Range(axis, x.Rank - axis)]);
        var normal = n.B.Times(x, n.B.Rsqrt(n.B.Plus(power, n.Node.Float("epsilon", 1e-5f))));
        return scale is null ? normal : n.B.Times(normal, scale);
    }

    private static void MeanVariance(LoweringNode n)
    {
        var x = n.In(0);
        int[] axes = Array.ConvertAll(n.Node.Ints("axes") ?? [0, 2, 3], axis => n.Axis(axis, x.Rank));
        var centred = n.B.Minus(x, n.B.Mean(x, axes));
        var deviation = n.B.Sqrt(n.B.Mean(n.B.Square(centred), axes));
        n.Out(0, n.B.Over(centred, n.B.Plus(deviation, 1e-9)));
    }

    // A vector of zeros stays one: its length is raised to the smallest normal number.
    private static void LpNormalization(LoweringNode n)
    {
        var x = n.In(0);
        int[] axes = [n.Axis(n.Node.Int("axis", -1), x.Rank)];
        var length = n.Node.Int("p", 2) == 1 ? n.B.Sum(n.B.Abs(x), axes) : n.B.Sqrt(n.B.Sum(n.B.Square(x), axes));
        n.Out(0, n.B.Over(x, n.B.Maximum(length, 1.1754943508222875e-38)));
    }

    private static void LocalResponse(LoweringNode n)
    {
        var x = n.In(0);
        int size = (int)n.Node.Int("size", 1);
        float alpha = n.Node.Float("alpha", 1e-4f), beta = n.Node.Float("beta", 0.75f), bias = n.Node.Float("bias", 1);
        if (x.Rank == 4 && size % 2 == 1)
        {
            n.Out(0, n.B.Add(BuiltinOperator.LocalResponseNormalization, new LocalResponseNormalizationOptions((size - 1) / 2, bias, alpha / size, beta), [x], x.Type, x.Shape));
            return;
        }

        // An even window reaches one further to the right than to the left.
        int left = (size - 1) / 2, right = size - 1 - left;
        SymInt[] before = new SymInt[x.Rank], after = new SymInt[x.Rank];
        (before[1], after[1]) = (left, right);
        var squares = n.B.Pad(n.B.Square(x), before, after);
        Tensor? sum = null;
        for (int i = 0; i < size; i++)
        {
            var part = n.B.Slice(squares, 1, i, x.Shape[1]);
            sum = sum is null ? part : n.B.Plus(sum, part);
        }

        n.Out(0, n.B.Over(x, n.B.Pow(n.B.Plus(n.B.Times(sum!, alpha / size), bias), n.B.Float(beta))));
    }

    private static void Skip(LoweringNode n, bool simplified)
    {
        // Inputs: x, skip, gamma, beta (not when simplified), bias; the fourth result is the sum that is normalised.
        var sum = n.B.Plus(n.In(0), n.In(1));
        int biasAt = simplified ? 3 : 4;
        sum = n.Has(biasAt) ? n.B.Plus(sum, n.In(biasAt)) : sum;
        if (n.Wants(1) || n.Wants(2))
        {
            throw n.Unsupported("mean and deviation as results", "export without ONNX Runtime's transformer optimizer");
        }

        Tensor result;
        if (simplified)
        {
            result = Rms(n, sum, n.In(2), sum.Rank - 1);
        }
        else
        {
            var (normal, _, _) = Normalize(n.B, sum, [sum.Rank - 1], n.Node.Float("epsilon", 1e-12f));
            var scaled = n.B.Times(normal, n.In(2));
            result = n.Has(3) ? n.B.Plus(scaled, n.In(3)) : scaled;
        }

        n.Out(0, result);
        n.Out(3, sum);
    }
}
