using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Functions of one operand.</summary>
internal static class MathLowerings
{
    // Constants of ones up to this size are written out; beyond, they are made from the operand.
    private const long LargestOnes = 4096;

    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("Abs", n => n.Out(0, n.B.Abs(n.In(0)))) { Types = "float, integers", Builtins = "ABS, MAXIMUM, NEG" },
        new("Acos", n => n.Out(0, Arc(n.B, n.In(0), cosine: true))) { Builtins = "ATAN2, SQRT, MUL, SUB, ADD" },
        new("Acosh", n => n.Out(0, Acosh(n.B, n.In(0)))) { Builtins = "LOG, SQRT, DIV, MUL, ADD, SUB" },
        new("Asin", n => n.Out(0, Arc(n.B, n.In(0), cosine: false))) { Builtins = "ATAN2, SQRT, MUL, SUB, ADD" },
        new("Asinh", n => n.Out(0, Asinh(n.B, n.In(0)))) { Builtins = "LOG, SQRT, DIV, MUL, ADD, ABS, LESS, SELECT_V2" },
        new("Atan", n => n.Out(0, Atan2(n.B, n.In(0), Ones(n.B, n.In(0))))) { Builtins = "ATAN2" },
        new("Atanh", n => n.Out(0, Atanh(n.B, n.In(0)))) { Builtins = "LOG, DIV, ADD, SUB, MUL" },
        new("Ceil", n => n.Out(0, n.B.Unary(BuiltinOperator.Ceil, n.In(0)))) { Builtins = "CEIL" },
        new("Cos", n => n.Out(0, n.B.Unary(BuiltinOperator.Cos, n.In(0), new EmptyOptions(84)))) { Builtins = "COS" },
        new("Cosh", n => n.Out(0, n.B.Times(n.B.Plus(n.B.Exp(n.In(0)), n.B.Exp(n.B.Neg(n.In(0)))), 0.5))) { Builtins = "EXP, NEG, ADD, MUL" },
        new("Erf", n => n.Out(0, n.B.Erf(n.In(0)))) { Builtins = "EXP, MUL, ADD, DIV, SIGN; part of GELU where it matches" },
        new("Exp", n => n.Out(0, n.B.Exp(n.In(0)))) { Builtins = "EXP" },
        new("Floor", n => n.Out(0, n.B.Floor(n.In(0)))) { Builtins = "FLOOR" },
        new("IsInf", IsInf) { Builtins = "EQUAL, ABS" },
        new("IsNaN", n => n.Out(0, n.B.NotEqual(Single(n), Single(n)))) { Builtins = "NOT_EQUAL" },
        new("Log", n => n.Out(0, n.B.Log(n.In(0)))) { Builtins = "LOG" },
        new("Neg", n => n.Out(0, n.B.Neg(n.In(0)))) { Types = "float, integers", Builtins = "NEG" },
        new("Reciprocal", n => n.Out(0, n.B.Over(n.B.Number(n.In(0).Type, 1), n.In(0)))) { Builtins = "DIV" },
        new("Round", n => n.Out(0, n.B.Unary(BuiltinOperator.Round, n.In(0)))) { Builtins = "ROUND" },
        new("Sign", n => n.Out(0, Sign(n, n.In(0)))) { Types = "float, integers", Builtins = "SIGN, or GREATER, LESS, CAST, SUB" },
        new("Sin", n => n.Out(0, n.B.Unary(BuiltinOperator.Sin, n.In(0)))) { Builtins = "SIN" },
        new("Sinh", n => n.Out(0, n.B.Times(n.B.Minus(n.B.Exp(n.In(0)), n.B.Exp(n.B.Neg(n.In(0)))), 0.5))) { Builtins = "EXP, NEG, SUB, MUL" },
        new("Sqrt", n => n.Out(0, n.B.Sqrt(n.In(0)))) { Builtins = "SQRT" },
        new("Tan", n => n.Out(0, n.B.Over(n.B.Unary(BuiltinOperator.Sin, n.In(0)), n.B.Unary(BuiltinOperator.Cos, n.In(0), new EmptyOptions(84))))) { Builtins = "SIN, COS, DIV" },
    ];

    /// <summary>-1, 0 or 1.</summary>
    public static Tensor Sign(LoweringNode n, Tensor x)
    {
        bool builtin = x.Type == TensorType.Float32 ? n.Options.MinRuntime >= new RuntimeVersionNumber(2, 11) : x.Type == TensorType.Int32 && n.Options.MinRuntime >= new RuntimeVersionNumber(2, 12);
        if (builtin)
        {
            return n.B.Unary(BuiltinOperator.Sign, x, new EmptyOptions(123));
        }

        var zero = n.B.Number(x.Type, 0);
        return n.B.Minus(n.B.Cast(n.B.Greater(x, zero), x.Type), n.B.Cast(n.B.Less(x, zero), x.Type));
    }

    private static Tensor Atan2(GraphBuilder b, Tensor y, Tensor x)
    {
        var type = y.Type;
        Tensor single = b.Cast(y, TensorType.Float32), other = b.Cast(x, TensorType.Float32);
        return b.Cast(b.Add(BuiltinOperator.Atan2, new EmptyOptions(122), [single, other], TensorType.Float32, y.Shape), type);
    }

    // Of the operand's shape, because ATAN2 does not broadcast; clamping twice also turns infinities into numbers.
    private static Tensor Ones(GraphBuilder b, Tensor x) =>
        x.IsStatic && x.Count <= LargestOnes ? b.BroadcastTo(b.Number(x.Type, 1), x.Shape) : b.Maximum(b.Minimum(x, 1), 1);

    // asin(x) = atan2(x, sqrt((1-x)(1+x))), acos the other way round: no digits are lost near 1.
    private static Tensor Arc(GraphBuilder b, Tensor x, bool cosine)
    {
        var other = b.Sqrt(b.Times(b.Minus(b.Number(x.Type, 1), x), b.Plus(x, 1)));
        return cosine ? Atan2(b, other, x) : Atan2(b, x, other);
    }

    // log(x + sqrt(x^2 - 1)) with the factor x taken out, so that large numbers are not squared.
    private static Tensor Acosh(GraphBuilder b, Tensor x)
    {
        var inverse = b.Over(b.Number(x.Type, 1), x);
        var root = b.Sqrt(b.Times(b.Minus(b.Number(x.Type, 1), inverse), b.Plus(inverse, 1)));
        return b.Log(b.Times(x, b.Plus(root, 1)));
    }

    // Of the magnitude, with the sign put back: the plain formula loses all digits of large negative numbers.
    private static Tensor Asinh(GraphBuilder b, Tensor x)
    {
        var magnitude = b.Abs(x);
        var ratio = b.Minimum(magnitude, b.Over(b.Number(x.Type, 1), magnitude));
        var root = b.Times(b.Maximum(magnitude, 1), b.Sqrt(b.Plus(b.Square(ratio), 1)));
        var result = b.Log(b.Plus(magnitude, root));
        return b.Select(b.Less(b.Cast(x, TensorType.Float32), b.Float(0)), b.Neg(result), result);
    }

    private static Tensor Atanh(GraphBuilder b, Tensor x) => b.Times(b.Log(b.Over(b.Plus(x, 1), b.Minus(b.Number(x.Type, 1), x))), 0.5);

    private static Tensor Single(LoweringNode n) => n.B.Cast(n.In(0), TensorType.Float32);

    private static void IsInf(LoweringNode n)
    {
        bool negative = n.Node.Int("detect_negative", 1) != 0, positive = n.Node.Int("detect_positive", 1) != 0;
        var x = n.In(0).Type == TensorType.Float64 ? throw new RefusedException(ReasonCode.UnsupportedType, "infinities of float64", "cast to float32 before") : n.In(0);
        n.Out(0, (negative, positive) switch
        {
            (true, true) => n.B.Equal(n.B.Abs(x), n.B.Float(double.PositiveInfinity)),
            (false, true) => n.B.Equal(x, n.B.Float(double.PositiveInfinity)),
            (true, false) => n.B.Equal(x, n.B.Float(double.NegativeInfinity)),
            _ => n.B.Less(x, n.B.Float(double.NegativeInfinity)),
        });
    }
}
