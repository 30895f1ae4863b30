using Onnx.Model;
using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Comparisons, logic and bits.</summary>
internal static class LogicLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        Compare("Equal", (b, x, y) => b.Equal(x, y)) with { Types = "float, integers, bool", Builtins = "EQUAL" },
        Compare("Greater", (b, x, y) => b.Greater(x, y)) with { Builtins = "GREATER" },
        Compare("GreaterOrEqual", (b, x, y) => b.GreaterEqual(x, y)) with { Builtins = "GREATER_EQUAL" },
        Compare("Less", (b, x, y) => b.Less(x, y)) with { Builtins = "LESS" },
        Compare("LessOrEqual", (b, x, y) => b.LessEqual(x, y)) with { Builtins = "LESS_EQUAL" },
        Compare("And", (b, x, y) => b.And(x, y)) with { Types = "bool", Builtins = "LOGICAL_AND" },
        Compare("Or", (b, x, y) => b.Or(x, y)) with { Types = "bool", Builtins = "LOGICAL_OR" },
        Compare("Xor", (b, x, y) => b.NotEqual(x, y)) with { Types = "bool", Builtins = "NOT_EQUAL" },
        new("Not", n => n.Out(0, n.B.Not(n.In(0)))) { Types = "bool", Builtins = "LOGICAL_NOT" },
        new("Where", n => n.Out(0, n.B.Select(n.In(0), n.In(1), n.In(2)))) { Types = "all", Builtins = "SELECT_V2" },
        new("BitShift", BitShift) { Types = "unsigned integers", Builtins = "MUL, GATHER, RIGHT_SHIFT", Limits = "no right shift of uint64" },
        new("BitwiseAnd", n => n.Out(0, n.B.Exact(BuiltinOperator.StablehloAnd, n.In(0), n.In(1)))) { Opsets = "18", Types = "integers", Builtins = "STABLEHLO_AND" },
        new("BitwiseOr", n => n.Out(0, Or(n.B, n.In(0), n.In(1)))) { Opsets = "18", Types = "integers", Builtins = "STABLEHLO_AND, ADD, SUB" },
        new("BitwiseXor", n => n.Out(0, Xor(n.B, n.In(0), n.In(1)))) { Opsets = "18", Types = "integers", Builtins = "BITWISE_XOR, or STABLEHLO_AND, ADD, SUB" },
        new("BitwiseNot", n => n.Out(0, n.B.Minus(n.B.Neg(n.In(0)), n.B.Number(n.In(0).Type, 1)))) { Opsets = "18", Types = "integers", Builtins = "NEG, SUB" },
    ];

    private static OperatorLowering Compare(string name, Func<GraphBuilder, Tensor, Tensor, Tensor> make) => new(name, n =>
    {
        if (n.Fact(0).Type == DataType.UInt64 && name is not "Equal")
        {
            throw new RefusedException(ReasonCode.UnsupportedType, "the order of 64-bit unsigned integers", "use int64");
        }

        n.Out(0, make(n.B, n.In(0), n.In(1)));
    })
    {
        Types = "float, integers",
    };

    private static void BitShift(LoweringNode n)
    {
        Tensor x = n.In(0), y = n.In(1);
        bool wide = n.Fact(0).Type == DataType.UInt64;
        if (n.Node.Text("direction", "") == "RIGHT")
        {
            n.Out(0, wide
                ? throw new RefusedException(ReasonCode.UnsupportedType, "a right shift of 64-bit unsigned integers", "use 32 bits")
                : n.B.Binary(BuiltinOperator.RightShift, x, y, new EmptyOptions(126)));
            return;
        }

        // A shift to the left is a product with a power of two, which a table holds; the product wraps around as the shift does.
        var carrier = wide || x.Type == TensorType.UInt32 ? TensorType.Int64 : TensorType.Int32;
        var table = n.B.Constant<long>(TensorType.Int64, [65], [.. Enumerable.Range(0, 64).Select(k => 1L << k), 0]);
        var index = n.B.Cast(n.B.Minimum(n.B.Cast(y, TensorType.Int64), 64), TensorType.Int32);
        var factor = n.B.Gather(carrier == TensorType.Int64 ? table : n.B.Cast(table, TensorType.Int32), index, 0);
        n.Out(0, n.B.Cast(n.B.Times(n.B.Cast(x, carrier), factor), x.Type));
    }

    private static Tensor Or(GraphBuilder b, Tensor x, Tensor y) => b.Minus(b.Plus(x, y), b.Exact(BuiltinOperator.StablehloAnd, x, y));

    // BITWISE_XOR has no 64 bits; x + y - 2(x and y) is the same, all wrapping around.
    private static Tensor Xor(GraphBuilder b, Tensor x, Tensor y) => x.Type == TensorType.Int64
        ? b.Minus(b.Plus(x, y), b.Times(b.Exact(BuiltinOperator.StablehloAnd, x, y), 2))
        : b.Binary(BuiltinOperator.BitwiseXor, x, y, new EmptyOptions(125));
}
