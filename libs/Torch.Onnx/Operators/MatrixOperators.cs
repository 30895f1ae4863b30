using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Triangles, diagonals, determinants, cross products, covariance.</summary>
internal static class MatrixOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("tril", "Trilu", c => Triangle(c, 0)),
        Of("triu", "Trilu", c => Triangle(c, 1)),
        Of("diag_embed", "Unsqueeze, Where", c => DiagonalMatrix(c, c.Real("self"), c.Int("offset"), c.Dim("dim1", c.Result.Rank), c.Dim("dim2", c.Result.Rank))),
        Of("diag", "Gather, Where", Diag),
        Of("diagflat", "Unsqueeze, Where", c => DiagonalMatrix(c, Flat(c), c.Int("offset"), 0, 1)),
        Of("fill_diagonal_", "Where", FillDiagonal),
        Of("det linalg_det", "Det", c => c.B.Op("Det", c.In(c.Schema.Arguments[0].Name))),
        Many("_linalg_det", "Det", c => [c.B.Op("Det", c.In("A")), null, null]),
        Of("logdet", "Det, Log", c => c.B.Log(c.B.Op("Det", c.In("self")))),
        Many("slogdet linalg_slogdet _linalg_slogdet", "Det, Sign, Abs, Log", c => SignLogDet(c)),
        Of("cross linalg_cross", "Gather, Mul, Sub", Cross),
        Of("cov", "MatMul", c => Covariance(c, c.In("self"), c.Real("self").Rank, c.Int("correction"))),
        Of("corrcoef", "MatMul, Div", Correlation),
    ];

    private static Value Triangle(OperatorCall c, long upper)
    {
        var x = c.In("self");
        long diagonal = c.Int("diagonal");
        return diagonal == 0
            ? c.B.Op("Trilu", [x], Attr.From("upper", upper))
            : c.B.Op("Trilu", [x, c.B.Const(DataType.Int64, diagonal)], Attr.From("upper", upper));
    }

    private static Tensor Flat(OperatorCall c)
    {
        var tensor = c.Real("self");
        return new Tensor(c.B.Flatten1D(tensor.Value), tensor.Type, [tensor.Count ?? throw LoweringException.Dynamic("diagflat needs static sizes")]);
    }

    private static Value Diag(OperatorCall c)
    {
        var tensor = c.Real("self");
        long offset = c.Int("diagonal");
        if (tensor.Rank == 1)
        {
            return DiagonalMatrix(c, tensor, offset, 0, 1);
        }

        long columns = tensor.StaticSize(1, "the matrix");
        long rows = tensor.StaticSize(0, "the matrix");
        var positions = new List<long>();
        for (long i = Math.Max(-offset, 0); i < rows && i + offset < columns; i++)
        {
            positions.Add((i * columns) + i + offset);
        }

        return c.B.Gather(c.B.Flatten1D(tensor.Value), c.B.Constants.Integers([.. positions]), 0);
    }

    // The last dimension becomes a diagonal; the new dimensions then go where they belong.
    private static Value DiagonalMatrix(OperatorCall c, Tensor tensor, long offset, int first, int second)
    {
        var b = c.B;
        int last = tensor.Rank - 1;
        var size = c.Sizes.SizeOf(tensor, last);
        long shift = Math.Abs(offset);
        var x = tensor.Value;
        if (shift > 0)
        {
            long[] pads = new long[2 * tensor.Rank];
            pads[offset > 0 ? (2 * tensor.Rank) - 1 : last] = shift;
            x = b.Op("Pad", x, b.Constants.Integers(pads));
        }

        var full = NumberMath.Add(b, size, shift);
        var square = b.Expand(b.Const(DataType.Float, 0), c.Sizes.ShapeOf([full, full]));
        var mask = b.Cast(b.Op("EyeLike", [square], Attr.From("k", offset)), DataType.Bool);
        var matrix = b.Where(mask, b.Unsqueeze(x, last + 1), b.Const(x.Type, 0));
        long[] order = new long[tensor.Rank + 1];
        order[first] = last;
        order[second] = last + 1;
        int next = 0;
        for (int i = 0; i < order.Length; i++)
        {
            if (i != first && i != second)
            {
                order[i] = next++;
            }
        }

        return b.Transpose(matrix, order);
    }

    private static Value FillDiagonal(OperatorCall c)
    {
        var tensor = c.Real("self");
        if (tensor.Rank != 2 || c.Bool("wrap"))
        {
            throw LoweringException.Argument("fill_diagonal_ is mapped for matrices without wrap");
        }

        var square = c.B.Expand(c.B.Const(DataType.Float, 0), c.Sizes.ShapeOf(tensor.Sizes));
        return c.B.Where(c.B.Cast(c.B.Op("EyeLike", square), DataType.Bool), c.InResultType("fill_value"), tensor.Value);
    }

    private static Value?[] SignLogDet(OperatorCall c)
    {
        var det = c.B.Op("Det", c.In(c.Schema.Arguments[0].Name));
        return [c.B.Op("Sign", det), c.B.Log(c.B.Abs(det)), null, null];
    }

    private static Value Cross(OperatorCall c)
    {
        var b = c.B;
        var x = c.Real("self");
        var y = c.Real("other");
        int axis = c.Has("dim") ? c.Dim("dim", c.Result.Rank) : Array.FindIndex(c.Result.Sizes, size => size.Is(3));
        if (axis < 0 || x.Rank != y.Rank)
        {
            throw LoweringException.Malformed("a cross product needs a dimension of size 3 in tensors of the same rank");
        }

        var next = b.Constants.Integers(1, 2, 0);
        var last = b.Constants.Integers(2, 0, 1);
        var p = c.InResultType("self");
        var q = c.InResultType("other");
        return b.Sub(b.Mul(b.Gather(p, next, axis), b.Gather(q, last, axis)), b.Mul(b.Gather(p, last, axis), b.Gather(q, next, axis)));
    }

    private static Value Covariance(OperatorCall c, Value x, int rank, long correction)
    {
        var b = c.B;
        if (c.Schema.Find("fweights") is not null && (c.Has("fweights") || c.Has("aweights")))
        {
            throw LoweringException.Argument("weighted covariance is not mapped");
        }

        var rows = rank < 2 ? b.Reshape(x, 1, -1) : x;
        var centered = b.Sub(rows, b.Mean(rows, [1], keepDims: true));
        var count = c.Sizes.SizeOf(c.Real("self"), rank < 2 ? 0 : 1);
        var divisor = NumberMath.Max(b, NumberMath.Subtract(b, count, correction), 0).ToValue(b, x.Type);
        var covariance = b.Div(b.Op("MatMul", centered, b.Transpose(centered, 1, 0)), divisor);
        return rank < 2 ? b.Reshape(covariance) : covariance;
    }

    private static Value Correlation(OperatorCall c)
    {
        var b = c.B;
        var tensor = c.Real("self");
        var covariance = Covariance(c, tensor.Value, tensor.Rank, 1);
        if (tensor.Rank < 2)
        {
            return b.Div(covariance, covariance);
        }

        var size = c.Sizes.SizeOf(tensor, 0);
        var square = b.Expand(b.Const(DataType.Float, 0), c.Sizes.ShapeOf([size, size]));
        var mask = b.Cast(b.Op("EyeLike", square), DataType.Bool);
        var deviations = b.Sqrt(b.Sum(b.Where(mask, covariance, b.Like(covariance, 0)), [1], keepDims: true));
        var correlation = b.Div(b.Div(covariance, deviations), b.Transpose(deviations, 1, 0));
        return b.Op("Clip", correlation, b.Like(correlation, -1), b.Like(correlation, 1));
    }
}
