using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Rows of a table by index.</summary>
internal static class EmbeddingOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("embedding", "Gather", c => c.B.Gather(c.In("weight"), c.In("indices"), 0)),
        Many("embedding_bag embedding_bag.padding_idx _embedding_bag _embedding_bag_forward_only", "Gather, MatMul, ReduceMax", EmbeddingBag),
        Of("one_hot", "OneHot", OneHot),
    ];

    private static Value OneHot(OperatorCall c)
    {
        var b = c.B;
        var x = b.Cast(c.In("self"), DataType.Int64);
        long classes = c.Int("num_classes");
        var depth = classes >= 0 ? b.Const(DataType.Int64, classes) : b.Add(b.Reduce("ReduceMax", x, BuilderShapes.Order(c.Real("self").Rank)), 1);
        return b.Op("OneHot", x, depth, b.Constants.Integers(0, 1));
    }

    // Bags as a matrix [bag, index] that is true where an index lies in a bag.
    private static Value?[] EmbeddingBag(OperatorCall c)
    {
        var b = c.B;
        var indices = c.Real("indices");
        var rows = b.Gather(c.In("weight"), indices.Value, 0);
        if (indices.Rank != 1)
        {
            throw LoweringException.Malformed("bags of indices must be one list");
        }

        if (c.Has("per_sample_weights"))
        {
            rows = b.Mul(rows, b.Unsqueeze(b.Cast(c.In("per_sample_weights"), rows.Type), 1));
        }

        var inside = Membership(c, indices);
        Value bags = c.Int("mode") switch
        {
            0 => b.Op("MatMul", b.Cast(inside, rows.Type), rows),
            1 => b.Div(b.Op("MatMul", b.Cast(inside, rows.Type), rows), b.Max(b.Sum(b.Cast(inside, rows.Type), [1], keepDims: true), 1)),
            2 => Greatest(b, inside, rows),
            var mode => throw LoweringException.Malformed($"bags are reduced by mode {mode}"),
        };
        return [bags, null, null, null];
    }

    private static Value Membership(OperatorCall c, Tensor indices)
    {
        var b = c.B;
        var offsets = b.Cast(c.In("offsets"), DataType.Int64);
        var count = c.Sizes.SizeOf(indices, 0);
        bool includesLast = c.Bool("include_last_offset");
        var starts = includesLast ? b.Slice(offsets, 0, 0, -1) : offsets;
        var ends = includesLast ? b.Slice(offsets, 0, 1, long.MaxValue) : b.Concat(0, b.Slice(offsets, 0, 1, long.MaxValue), count.ToPiece(b));
        var positions = b.Op("Range", b.Const(DataType.Int64, 0), count.ToValue(b, DataType.Int64), b.Const(DataType.Int64, 1));
        var inside = b.And(b.Op("GreaterOrEqual", positions, b.Unsqueeze(starts, 1)), b.Less(positions, b.Unsqueeze(ends, 1)));
        long padding = c.Schema.Find("padding_idx") is null || !c.Has("padding_idx") ? -1 : c.Int("padding_idx");
        return padding < 0 ? inside : b.And(inside, b.Not(b.Equal(b.Cast(indices.Value, DataType.Int64), padding)));
    }

    private static Value Greatest(OnnxBuilder b, Value inside, Value rows)
    {
        var candidates = b.Where(b.Unsqueeze(inside, 2), rows, b.Like(rows, double.NegativeInfinity));
        var any = b.Unsqueeze(ComparisonOperators.Any(b, inside, [1]), 1);
        return b.Where(any, b.Reduce("ReduceMax", candidates, [1]), b.Like(rows, 0));
    }
}
