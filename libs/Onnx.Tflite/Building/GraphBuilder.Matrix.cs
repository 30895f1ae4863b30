using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Building;

/// <summary>Matrix products.</summary>
internal sealed partial class GraphBuilder
{
    /// <summary>x [..., K] times the transposed weights [N, K], plus a bias [N].</summary>
    public Tensor FullyConnected(Tensor x, Tensor weights, Tensor? bias)
    {
        SymInt[] shape = [.. x.Shape[..^1], weights.Shape[0]];
        var added = bias ?? Floats([weights.Shape[0].Value], new float[weights.Shape[0].Value]);
        return Add(BuiltinOperator.FullyConnected, new FullyConnectedOptions(x.Rank > 2), [x, weights, added], TensorType.Float32, shape);
    }

    /// <summary>Products of stacked matrices; adjoint operands are read transposed.</summary>
    public Tensor BatchMatMul(Tensor a, Tensor b, bool adjointA = false, bool adjointB = false)
    {
        int rank = Math.Max(Math.Max(a.Rank, b.Rank), 2);
        Tensor x = WithRank(a, rank), y = WithRank(b, rank);
        SymInt rows = adjointA ? x.Shape[^1] : x.Shape[^2], columns = adjointB ? y.Shape[^2] : y.Shape[^1];
        SymInt[] shape = [.. Broadcasting.Combine(x.Shape[..^2], y.Shape[..^2]), rows, columns];
        return Add(BuiltinOperator.BatchMatmul, new BatchMatMulOptions(adjointA, adjointB), [x, y], TensorType.Float32, shape);
    }

    private Tensor WithRank(Tensor x, int rank) => x.Rank == rank ? x : Reshape(x, [.. Enumerable.Repeat((SymInt)1, rank - x.Rank), .. x.Shape]);
}
