using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>numpy's matrix product out of FULLY_CONNECTED and BATCH_MATMUL.</summary>
internal static class MatrixProduct
{
    // float32 holds all integers up to this one.
    private const double ExactIntegers = 1 << 24;

    public static Tensor Of(LoweringNode n, Tensor a, Tensor b)
    {
        if (a.Type is not (TensorType.Float32 or TensorType.Float64))
        {
            return Integers(n, a, b);
        }

        Tensor x = n.B.Cast(a, TensorType.Float32), y = n.B.Cast(b, TensorType.Float32);
        var left = x.Rank == 1 ? n.B.Reshape(x, [1, x.Shape[0]]) : x;
        Tensor result;
        if (y.Rank <= 2 && y.IsStatic && MatrixLowerings.IsStationary(y))
        {
            var matrix = y.Rank == 1 ? n.B.Reshape(y, [y.Shape[0], 1]) : y;
            result = n.B.FullyConnected(left, n.B.Transpose(matrix, [1, 0]), null);
        }
        else
        {
            result = Batched(n, left, y.Rank == 1 ? n.B.Reshape(y, [y.Shape[0], 1]) : y);
        }

        return n.B.Cast(n.B.Reshape(result, Shape(a, b, result.Shape)), a.Type);
    }

    /// <summary>Integers multiplied as floats, where all sums are exact in them.</summary>
    /// <param name="n">The node.</param>
    /// <param name="a">Left operand.</param>
    /// <param name="b">Right operand.</param>
    /// <param name="largest">Largest magnitude of one product of elements.</param>
    public static Tensor Exact(LoweringNode n, Tensor a, Tensor b, double largest)
    {
        var inner = a.Shape[^1];
        if (!inner.IsKnown || inner.Value * largest > ExactIntegers)
        {
            throw new RefusedException(ReasonCode.UnsupportedType, $"sums of {inner} products of integers may not be exact in float32", "use quantized (QDQ) or float operators");
        }

        return Of(n, n.B.Cast(a, TensorType.Float32), n.B.Cast(b, TensorType.Float32));
    }

    private static Tensor Integers(LoweringNode n, Tensor a, Tensor b)
    {
        double? range = Range(a.Type) * Range(b.Type);
        return range is { } largest
            ? n.B.Cast(Exact(n, a, b, largest), a.Type)
            : throw new RefusedException(ReasonCode.UnsupportedType, "a matrix product of 32- or 64-bit integers", "use float operators");
    }

    private static double? Range(TensorType type) => type switch { TensorType.Int8 => 128, TensorType.UInt8 => 255, _ => null };

    // The kernel takes up to five dimensions; more batch dimensions are merged where both operands have them all.
    private static Tensor Batched(LoweringNode n, Tensor x, Tensor y)
    {
        int rank = Math.Max(x.Rank, y.Rank);
        if (rank <= 5)
        {
            return n.B.BatchMatMul(x, y);
        }

        var batch = Broadcasting.Combine(x.Shape[..^2], y.Shape[..^2]);
        var count = SymInt.Product(batch);
        Tensor left = Merged(n, x, batch, count), right = Merged(n, y, batch, count);
        var product = n.B.BatchMatMul(left, right);
        return n.B.Reshape(product, [.. batch, product.Shape[^2], product.Shape[^1]]);
    }

    private static Tensor Merged(LoweringNode n, Tensor x, SymInt[] batch, SymInt count)
    {
        if (x.Rank == 2)
        {
            return x;
        }

        SymInt[] full = [.. batch, x.Shape[^2], x.Shape[^1]];
        var spread = x.Shape.AsSpan().SequenceEqual(full) ? x : n.B.BroadcastTo(x, full);
        return n.B.Reshape(spread, [count, x.Shape[^2], x.Shape[^1]]);
    }

    private static SymInt[] Shape(Tensor a, Tensor b, SymInt[] full)
    {
        var shape = full.ToList();
        if (b.Rank == 1)
        {
            shape.RemoveAt(shape.Count - 1);
        }

        if (a.Rank == 1)
        {
            shape.RemoveAt(shape.Count - (b.Rank == 1 ? 1 : 2));
        }

        return [.. shape];
    }
}
