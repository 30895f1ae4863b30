using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Activation functions.</summary>
internal static class ActivationOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("relu", "Relu", c => c.Real("self").IsInteger() ? c.B.Max(c.In("self"), 0) : c.B.Op("Relu", c.In("self"))),
        Of("relu6", "Clip", c => c.B.Op("Clip", c.In("self"), c.Const(0), c.Const(6))),
        Of("hardtanh", "Clip", c => c.B.Op("Clip", c.In("self"), c.InResultType("min_val"), c.InResultType("max_val"))),
        Of("leaky_relu", "LeakyRelu", c => c.B.Op("LeakyRelu", [c.In("self")], Attr.From("alpha", (float)c.Float("negative_slope")))),
        Of("elu", "Elu", Elu),
        Of("selu", "Selu", c => c.B.Op("Selu", c.In("self"))),
        Of("celu", "Celu", c => c.B.Op("Celu", [c.In("self")], Attr.From("alpha", (float)c.Float("alpha")))),
        Of("softplus", "Softplus", Softplus),
        Of("hardsigmoid", "HardSigmoid", c => c.B.Op("HardSigmoid", [c.In("self")], Attr.From("alpha", 1f / 6), Attr.From("beta", 0.5f))),
        Of("hardswish", "HardSwish", c => c.B.Op("HardSwish", c.In("self"))),
        Of("mish", "Mish", Mish),
        Of("prelu _prelu_kernel", "PRelu", Prelu),
        Of("gelu", "Gelu", Gelu),
        Of("hardshrink", "Abs, Where", Hardshrink),
        Of("softshrink", "Sub, Where", Softshrink),
        Of("sigmoid special_expit", "Sigmoid", c => c.B.Op("Sigmoid", c.InResultType("self"))),
        Of("silu", "Sigmoid, Mul", c => c.B.Mul(c.In("self"), c.B.Op("Sigmoid", c.In("self")))),
        Of("glu", "Split, Sigmoid, Mul", Glu),
        Of("log_sigmoid", "Softplus, Neg", LogSigmoid),
        Many("log_sigmoid_forward", "Softplus, Neg", c => [LogSigmoid(c), null]),
        Of("rrelu", "LeakyRelu", Rrelu, "in eval mode"),
        Of("softmax.int _softmax special_softmax", "Softmax", c => Softmax(c, "Softmax")),
        Of("log_softmax.int _log_softmax special_log_softmax", "LogSoftmax", c => Softmax(c, "LogSoftmax")),
        Of("_safe_softmax", "Softmax, Where", SafeSoftmax),
        new("dropout feature_dropout alpha_dropout feature_alpha_dropout", "(nothing)", Dropout, "in eval mode"),
        Many("native_dropout", "(nothing)", NativeDropout, "in eval mode"),
    ];

    /// <summary>Gelu, exact or by tanh.</summary>
    public static Value Gelu(OnnxBuilder b, Value x, bool isTanh)
    {
        if (b.Opset >= 20)
        {
            return b.Op("Gelu", [x], Attr.From("approximate", isTanh ? "tanh" : "none"));
        }

        var inner = isTanh
            ? b.Op("Tanh", b.Mul(b.Add(x, b.Mul(b.Mul(b.Square(x), x), 0.044715)), Math.Sqrt(2 / Math.PI)))
            : b.Op("Erf", b.Mul(x, Math.Sqrt(0.5)));
        return b.Mul(b.Mul(x, 0.5), b.Add(inner, 1));
    }

    private static Value Gelu(OperatorCall c) => c.Text("approximate") switch
    {
        "none" => Gelu(c.B, c.In("self"), false),
        "tanh" => Gelu(c.B, c.In("self"), true),
        var kind => throw LoweringException.Malformed($"gelu is approximated by '{kind}'"),
    };

    private static Value Elu(OperatorCall c)
    {
        var x = c.In("self");
        double alpha = c.Float("alpha");
        double scale = c.Float("scale");
        double inputScale = c.Float("input_scale");
        if (scale == 1 && inputScale == 1)
        {
            return c.B.Op("Elu", [x], Attr.From("alpha", (float)alpha));
        }

        var negative = c.B.Mul(c.B.Sub(c.B.Exp(c.B.Min(c.B.Mul(x, inputScale), 0)), 1), alpha * scale);
        return c.B.Where(c.B.Greater(x, 0), c.B.Mul(x, scale), negative);
    }

    private static Value Softplus(OperatorCall c)
    {
        var x = c.InResultType("self");
        double beta = c.Float("beta");
        double threshold = c.Float("threshold");
        if (beta == 1 && threshold >= 20)
        {
            return c.B.Op("Softplus", x);
        }

        var scaled = c.B.Mul(x, beta);
        return c.B.Where(c.B.Greater(scaled, threshold), x, c.B.Div(c.B.Op("Softplus", scaled), beta));
    }

    private static Value Mish(OperatorCall c) => c.B.Opset >= 18
        ? c.B.Op("Mish", c.In("self"))
        : c.B.Mul(c.In("self"), c.B.Op("Tanh", c.B.Op("Softplus", c.In("self"))));

    private static Value Prelu(OperatorCall c)
    {
        var tensor = c.Real("self");
        var weight = c.Real("weight");
        var slope = weight.Value;
        if (weight.Rank == 1 && weight.Sizes[0].Is(1))
        {
            slope = c.B.Reshape(slope);
        }
        else if (weight.Rank == 1 && tensor.Rank > 2)
        {
            slope = c.B.Unsqueeze(slope, [.. BuilderShapes.Order(tensor.Rank - 2).Select(axis => axis + 1)]);
        }

        return c.B.Op("PRelu", tensor.Value, slope);
    }

    // Not Shrink, which turns what is not a number into 0.
    private static Value Hardshrink(OperatorCall c)
    {
        var x = c.In("self");
        return c.B.Where(c.B.Op("LessOrEqual", c.B.Abs(x), c.InResultType("lambd")), c.Const(0), x);
    }

    private static Value Softshrink(OperatorCall c)
    {
        var x = c.In("self");
        var limit = c.InResultType("lambd");
        var lowered = c.B.Mul(c.B.Op("Sign", x), c.B.Sub(c.B.Abs(x), limit));
        return c.B.Where(c.B.Op("LessOrEqual", c.B.Abs(x), limit), c.Const(0), lowered);
    }

    private static Value Glu(OperatorCall c)
    {
        var tensor = c.Real("self");
        int axis = c.Dim("dim", tensor.Rank);
        var half = c.Result.Sizes[axis];
        var parts = half.IsStatic
            ? c.B.Split(tensor.Value, axis, half.Value, half.Value)
            : c.B.Ops("Split", [tensor.Value, c.Sizes.ShapeOf([half, half])], [tensor.Value.Type, tensor.Value.Type], Attr.From("axis", axis));
        return c.B.Mul(parts[0], c.B.Op("Sigmoid", parts[1]));
    }

    private static Value LogSigmoid(OperatorCall c) => c.B.Neg(c.B.Op("Softplus", c.B.Neg(c.In("self"))));

    private static Value Rrelu(OperatorCall c)
    {
        if (c.Bool("training"))
        {
            throw Training("rrelu");
        }

        return c.B.Op("LeakyRelu", [c.In("self")], Attr.From("alpha", (float)((c.Float("lower") + c.Float("upper")) / 2)));
    }

    private static Value Softmax(OperatorCall c, string op)
    {
        var tensor = c.Real("self");
        var x = c.B.Cast(tensor.Value, c.ResultType());
        return tensor.Rank == 0
            ? c.B.Squeeze(c.B.Op(op, [c.B.Unsqueeze(x, 0)], Attr.From("axis", 0)), 0)
            : c.B.Op(op, [x], Attr.From("axis", c.Dim("dim", tensor.Rank)));
    }

    private static Value SafeSoftmax(OperatorCall c)
    {
        int axis = c.Dim("dim", c.Real("self").Rank);
        var x = c.InResultType("self");
        var greatest = c.B.Reduce("ReduceMax", x, [axis], keepDims: true);
        return c.B.Where(c.B.Equal(greatest, double.NegativeInfinity), c.Const(0), c.B.Op("Softmax", [x], Attr.From("axis", axis)));
    }

    private static void Dropout(OperatorCall c)
    {
        if (c.Bool("train") && c.Float("p") != 0)
        {
            throw Training("dropout");
        }

        string name = c.Schema.Arguments[0].Name;
        c.Return(0, new CallResult.Same(c.View(name)));
    }

    private static Value?[] NativeDropout(OperatorCall c)
    {
        bool trains = !c.Has("train") || c.Bool("train");
        if (trains && c.Float("p") != 0)
        {
            throw Training("dropout");
        }

        var mask = c.Results.Length > 1 ? c.B.Expand(c.B.Const(DataType.Bool, 1), c.Sizes.ShapeOf(c.Results[1].Sizes)) : null;
        return [c.In("input"), mask];
    }

    /// <summary>The refusal of an operator that acts as in training.</summary>
    public static LoweringException Training(string what) =>
        new(BlockerReason.TrainingMode, $"{what} acts as in training, so its result is random or depends on the whole batch", "Call model.eval() before torch.export.export.");
}
