using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Lowering;

/// <summary>Arithmetic.</summary>
internal static class ArithmeticLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        Binary("Add", (b, x, y) => b.Plus(x, y)) with { Builtins = "ADD" },
        Binary("Sub", (b, x, y) => b.Minus(x, y)) with { Builtins = "SUB" },
        Binary("Mul", (b, x, y) => b.Times(x, y)) with { Builtins = "MUL" },
        Binary("Div", (b, x, y) => b.Over(x, y)) with { Builtins = "DIV" },
    ];

    private static OperatorLowering Binary(string name, Func<GraphBuilder, Tensor, Tensor, Tensor> make) =>
        new(name, n => n.Out(0, make(n.B, n.In(0), n.In(1)))) { Types = "float, integers" };
}
