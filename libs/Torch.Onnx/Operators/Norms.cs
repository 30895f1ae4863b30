using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;

namespace Torch.Onnx.Operators;

/// <summary>Vector and matrix norms.</summary>
internal static class Norms
{
    /// <summary>The norm of order p over axes.</summary>
    public static Value Reduce(OperatorCall c, Value x, double p, long[] axes, bool keepDims)
    {
        var b = c.B;
        if (axes.Length == 0)
        {
            return p == 0 ? b.Cast(b.Cast(x, DataType.Bool), x.Type) : b.Abs(x);
        }

        return p switch
        {
            1 => b.Reduce("ReduceL1", x, axes, keepDims),
            2 => b.Reduce("ReduceL2", x, axes, keepDims),
            0 => b.Sum(b.Cast(b.Cast(x, DataType.Bool), x.Type), axes, keepDims),
            double.PositiveInfinity => b.Reduce("ReduceMax", b.Abs(x), axes, keepDims),
            double.NegativeInfinity => b.Reduce("ReduceMin", b.Abs(x), axes, keepDims),
            _ => b.Pow(b.Sum(b.Pow(b.Abs(x), p), axes, keepDims), 1 / p),
        };
    }

    /// <summary>torch.linalg.norm: of vectors over one dimension, of matrices over two.</summary>
    public static Value Linalg(OperatorCall c)
    {
        long[] axes = ReductionOperators.Axes(c);
        var x = c.InResultType("self");
        return !c.Has("ord") ? Reduce(c, x, 2, axes, ReductionOperators.KeepsDims(c))
            : axes.Length == 1 ? Reduce(c, x, c.Float("ord"), axes, ReductionOperators.KeepsDims(c))
            : Matrix(c, x, axes, c.Float("ord"));
    }

    /// <summary>torch.linalg.matrix_norm.</summary>
    public static Value Matrix(OperatorCall c)
    {
        long[] axes = c.Schema.Find("dim") is { Default: Program.Argument.None } && !c.Has("dim") ? [0, 1] : c.Dims("dim", c.Tensor("self").Rank);
        var x = c.InResultType("self");
        return c.Argument("ord") is Program.Argument.Text { Value: var order }
            ? order == "fro" ? Reduce(c, x, 2, axes, c.Bool("keepdim")) : throw LoweringException.Argument($"the matrix norm '{order}' is not mapped")
            : Matrix(c, x, axes, c.Float("ord"));
    }

    private static Value Matrix(OperatorCall c, Value x, long[] axes, double order)
    {
        if (axes.Length != 2 || (Math.Abs(order) != 1 && !double.IsInfinity(order)))
        {
            throw LoweringException.Argument($"the matrix norm of order {order} needs singular values, for which ONNX has no operator");
        }

        // Sums run over the rows for order 1, over the columns for order infinity.
        var (summed, reduced) = Math.Abs(order) == 1 ? (axes[0], axes[1]) : (axes[1], axes[0]);
        var sums = c.B.Sum(c.B.Abs(x), [summed], keepDims: true);
        var norm = c.B.Reduce(order > 0 ? "ReduceMax" : "ReduceMin", sums, [reduced], keepDims: true);
        return c.Bool("keepdim") ? norm : c.B.Squeeze(norm, axes);
    }
}
