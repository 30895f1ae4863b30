using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Lowering;

/// <summary>Matrix products.</summary>
internal static class MatrixLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("Gemm", Gemm) { Builtins = "FULLY_CONNECTED, BATCH_MATMUL, MUL, ADD, TRANSPOSE" },
    ];

    private static void Gemm(LoweringNode n)
    {
        Tensor a = n.In(0), b = n.In(1);
        if (n.Node.Int("transA", 0) != 0)
        {
            a = n.B.Transpose(a, [1, 0]);
        }

        var weights = n.Node.Int("transB", 0) != 0 ? b : n.B.Transpose(b, [1, 0]);
        n.Out(0, n.B.FullyConnected(a, weights, n.Optional(2)));
    }
}
