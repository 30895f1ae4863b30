using Onnx.Model;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Matrix products.</summary>
internal static class MatrixLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("Gemm", Gemm) { Builtins = "FULLY_CONNECTED, BATCH_MATMUL, MUL, ADD, TRANSPOSE" },
        new("MatMul", n => n.Out(0, MatrixProduct.Of(n, n.In(0), n.In(1)))) { Types = "float, int8-int32 in float32 range", Builtins = "FULLY_CONNECTED, BATCH_MATMUL, RESHAPE" },
        new("FusedMatMul", Fused) { Domain = OnnxDomain.Microsoft, Opsets = "1", Builtins = "BATCH_MATMUL, FULLY_CONNECTED, MUL, TRANSPOSE" },
        new("FusedGemm", FusedGemm) { Domain = OnnxDomain.Microsoft, Opsets = "1", Builtins = "as Gemm, with an activation" },
        new("Einsum", Einsum.Lower) { Builtins = "TRANSPOSE, RESHAPE, BATCH_MATMUL, SUM, MUL, GATHER" },
        new("Det", Determinant.Lower) { Builtins = "SLICE, MUL, SUB, ADD", Limits = "matrices up to 4 x 4" },
    ];

    private static void Gemm(LoweringNode n) => n.Out(0, GemmOf(n));

    private static Tensor GemmOf(LoweringNode n)
    {
        Tensor a = n.In(0), b = n.In(1);
        float alpha = n.Node.Float("alpha", 1), beta = n.Node.Float("beta", 1);
        bool transA = n.Node.Int("transA", 0) != 0, transB = n.Node.Int("transB", 0) != 0;
        var left = transA ? n.B.Transpose(a, [1, 0]) : a;
        var c = n.Optional(2);
        if (b.IsStatic && a.Type == TensorType.Float32 && IsStationary(b))
        {
            var weights = transB ? b : n.B.Transpose(b, [1, 0]);
            var bias = c is not null && beta == 1 && alpha == 1 && IsStationary(c) && c.Rank <= 2 && c.Count == weights.Shape[0].Value && c.Shape[^1] == weights.Shape[0] ? n.B.Reshape(c, [weights.Shape[0]]) : null;
            var product = Scaled(n, n.B.FullyConnected(left, weights, bias), alpha);
            return bias is not null || c is null || beta == 0 ? product : n.B.Plus(product, Scaled(n, c, beta));
        }

        var general = Scaled(n, MatrixProduct.Of(n, left, transB ? n.B.Transpose(b, [1, 0]) : b), alpha);
        return c is null || beta == 0 ? general : n.B.Plus(general, Scaled(n, c, beta));
    }

    /// <summary>Whether weights do not change between runs: constants, dequantized constants too.</summary>
    internal static bool IsStationary(Tensor weights) =>
        weights.IsConstant || (weights.Producer is { Code: BuiltinOperator.Dequantize } dequantize && dequantize.Input(0).IsConstant);

    private static Tensor Scaled(LoweringNode n, Tensor x, float factor) => factor == 1 ? x : n.B.Times(x, factor);

    private static void Fused(LoweringNode n)
    {
        Tensor a = n.In(0), b = n.In(1);
        a = n.Node.Int("transA", 0) != 0 ? Swap(n, a) : a;
        b = n.Node.Int("transB", 0) != 0 ? Swap(n, b) : b;
        n.Out(0, Scaled(n, MatrixProduct.Of(n, a, b), n.Node.Float("alpha", 1)));
    }

    private static Tensor Swap(LoweringNode n, Tensor x) => n.B.Transpose(x, [.. Enumerable.Range(0, x.Rank - 2), x.Rank - 1, x.Rank - 2]);

    private static void FusedGemm(LoweringNode n) => n.Out(0, FusedActivation.Apply(n, GemmOf(n)));
}
