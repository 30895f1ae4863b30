using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Distances and similarities between vectors.</summary>
internal static class DistanceOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("dist", "Sub, ReduceL2", c => Norms.Reduce(c, c.B.Flatten1D(c.B.Sub(c.InResultType("self"), c.InResultType("other"))), c.Float("p"), [0], false)),
        Of("cdist _cdist_forward", "Sub, ReduceL2", PairwiseMatrix),
        Of("pdist _pdist_forward", "Gather, Sub, ReduceL2", Pairs),
        Of("pairwise_distance", "Sub, ReduceL2", c => Pairwise(c, c.InResultType("x1"), c.InResultType("x2"), c.Float("p"), c.Float("eps"), c.Bool("keepdim"), c.Result.Rank + (c.Bool("keepdim") ? 0 : 1))),
        Of("cosine_similarity", "Mul, ReduceSum, ReduceL2, Div", CosineSimilarity),
    ];

    /// <summary>The norm of the difference along the last dimension.</summary>
    public static Value Pairwise(OperatorCall c, Value x, Value y, double p, double eps, bool keepDims, int rank) =>
        Norms.Reduce(c, c.B.Add(c.B.Sub(x, y), eps), p, [rank - 1], keepDims);

    private static Value PairwiseMatrix(OperatorCall c)
    {
        var x = c.Real("x1");
        var y = c.Real("x2");
        var difference = c.B.Sub(c.B.Unsqueeze(x.Value, x.Rank - 1), c.B.Unsqueeze(y.Value, y.Rank - 2));
        return Norms.Reduce(c, difference, c.Float("p"), [c.Result.Rank], false);
    }

    private static Value Pairs(OperatorCall c)
    {
        var tensor = c.Real("self");
        long rows = tensor.StaticSize(0, "the argument");
        ConstantPool.CheckCount(checked(rows * rows));
        var left = new List<long>();
        var right = new List<long>();
        for (long i = 0; i < rows; i++)
        {
            for (long j = i + 1; j < rows; j++)
            {
                left.Add(i);
                right.Add(j);
            }
        }

        var difference = c.B.Sub(
            c.B.Gather(tensor.Value, c.B.Constants.Integers([left.Count], [.. left]), 0), c.B.Gather(tensor.Value, c.B.Constants.Integers([right.Count], [.. right]), 0));
        return Norms.Reduce(c, difference, c.Float("p"), [1], false);
    }

    private static Value CosineSimilarity(OperatorCall c)
    {
        var b = c.B;
        int rank = Math.Max(c.Real("x1").Rank, c.Real("x2").Rank);
        long axis = c.Dim("dim", rank);
        var x = Aligned(c, "x1", rank);
        var y = Aligned(c, "x2", rank);
        double eps = c.Float("eps");
        var norms = b.Mul(b.Max(b.Reduce("ReduceL2", x, [axis]), eps), b.Max(b.Reduce("ReduceL2", y, [axis]), eps));
        return b.Div(b.Sum(b.Mul(x, y), [axis]), norms);
    }

    private static Value Aligned(OperatorCall c, string name, int rank) =>
        c.B.Unsqueeze(c.InResultType(name), BuilderShapes.Order(rank - c.Real(name).Rank));
}
