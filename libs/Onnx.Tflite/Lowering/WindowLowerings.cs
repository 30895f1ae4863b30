using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Windows of signal processing whose length is only known at run time; all others are constants.</summary>
internal static class WindowLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("HannWindow", n => Window(n, 0.5, 0.5, 0)) { Opsets = "17-21", Builtins = "RANGE, DIV, MUL, COS, ADD; constant where the length is" },
        new("HammingWindow", n => Window(n, 25.0 / 46, 1 - (25.0 / 46), 0)) { Opsets = "17-21", Builtins = "RANGE, DIV, MUL, COS, ADD; constant where the length is" },
        new("BlackmanWindow", n => Window(n, 0.42, 0.5, 0.08)) { Opsets = "17-21", Builtins = "RANGE, DIV, MUL, COS, ADD; constant where the length is" },
    ];

    private static void Window(LoweringNode n, double a, double b, double c)
    {
        var size = n.B.Reshape(n.B.Cast(n.In(0), TensorType.Float32), []);
        var period = n.Node.Int("periodic", 1) != 0 ? size : n.B.Minus(size, 1);
        var range = n.B.Add(BuiltinOperator.Range, new EmptyOptions(73), [n.B.Float(0), size, n.B.Float(1)], TensorType.Float32, n.OutShape(0));
        var angle = n.B.Times(n.B.Over(range, period), 2 * Math.PI);
        var window = n.B.Plus(n.B.Times(Cos(n.B, angle), -b), a);
        window = c == 0 ? window : n.B.Plus(window, n.B.Times(Cos(n.B, n.B.Times(angle, 2)), c));
        n.Out(0, n.B.Cast(window, n.OutType(0)));
    }

    private static Tensor Cos(GraphBuilder b, Tensor x) => b.Unary(BuiltinOperator.Cos, x, new EmptyOptions(84));
}
