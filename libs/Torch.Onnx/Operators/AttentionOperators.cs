using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using Torch.Onnx.Program;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Scaled dot product attention: softmax(q k^T * scale + mask) v.</summary>
internal static class AttentionOperators
{
    private const long LargestMaskConstant = 1 << 16;

    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("scaled_dot_product_attention", "MatMul, Softmax", c => Attend(c, "attn_mask", c.Bool("enable_gqa"))),
        Many("_scaled_dot_product_flash_attention_for_cpu", "MatMul, Softmax", c => [Attend(c, "attn_mask", false), null]),
        Many("_scaled_dot_product_efficient_attention", "MatMul, Softmax", c => [Attend(c, "attn_bias", false), null, null, null]),
        Many("_scaled_dot_product_flash_attention", "MatMul, Softmax", c => [Attend(c, null, false)]),
        Many("_scaled_dot_product_attention_math", "MatMul, Softmax", c => [Attend(c, "attn_mask", c.Bool("enable_gqa")), null]),
    ];

    private static Value Attend(OperatorCall c, string? maskName, bool groups)
    {
        var b = c.B;
        if (c.Float("dropout_p") != 0)
        {
            throw ActivationOperators.Training("attention with dropout");
        }

        var query = c.Real("query");
        var key = c.Real("key");
        int rank = query.Rank;
        var k = groups ? Repeated(c, key, query) : key.Value;
        var v = groups ? Repeated(c, c.Real("value"), query) : c.In("value");
        var scaled = b.Mul(query.Value, Scale(c, query));
        var scores = b.Op("MatMul", scaled, b.Swap(k, key.Rank, key.Rank - 2, key.Rank - 1));
        if (c.Bool("is_causal"))
        {
            scores = Causal(c, scores, query.Sizes[rank - 2], key.Sizes[key.Rank - 2]);
        }

        bool isMasked = maskName is not null && c.Has(maskName);
        scores = isMasked ? Masked(c, scores, c.Real(maskName!)) : scores;
        var weights = b.Op("Softmax", [scores], Attr.From("axis", -1));
        return b.Op("MatMul", isMasked ? WithoutEmptyRows(b, scores, weights, Math.Max(rank, key.Rank)) : weights, v);
    }

    private static Value Scale(OperatorCall c, Tensor query)
    {
        var type = query.Value.Type;
        if (c.Has("scale"))
        {
            return c.Number("scale").ToValue(c.B, type);
        }

        var width = c.Sizes.SizeOf(query, query.Rank - 1);
        return width.IsConstant ? c.B.Const(type, 1 / Math.Sqrt(width.Integer)) : c.B.Reciprocal(c.B.Sqrt(width.ToValue(c.B, type)));
    }

    // Each key and value head serves several query heads in a row.
    private static Value Repeated(OperatorCall c, Tensor tensor, Tensor query)
    {
        int heads = tensor.Rank - 3;
        long own = tensor.StaticSize(heads, "the key's heads");
        long wanted = query.StaticSize(query.Rank - 3, "the query's heads");
        if (own == wanted)
        {
            return tensor.Value;
        }

        Number[] shape = [.. Enumerable.Repeat((Number)1, heads + 1), wanted / own, 1, 1];
        var each = c.B.Expand(c.B.Unsqueeze(tensor.Value, heads + 1), c.Sizes.ShapeOf(shape));
        SymInt[] apart = [.. tensor.Sizes[..(heads + 1)], wanted / own, .. tensor.Sizes[(heads + 1)..]];
        return c.Reshape(each, apart, [.. tensor.Sizes[..heads], wanted, .. tensor.Sizes[(heads + 1)..]]);
    }

    // Row i sees columns 0 to i, also where there are more columns than rows.
    private static Value Causal(OperatorCall c, Value scores, SymInt rows, SymInt columns)
    {
        var b = c.B;
        if (rows.IsStatic && columns.IsStatic && rows.Value * columns.Value <= LargestMaskConstant)
        {
            return b.Add(scores, CausalMask(b, scores.Type, rows.Value, columns.Value));
        }

        var ones = b.Expand(b.Const(DataType.Bool, 1), c.Sizes.ShapeOf([rows, columns]));
        return b.Where(b.Op("Trilu", [ones], Attr.From("upper", 0)), scores, b.Like(scores, double.NegativeInfinity));
    }

    // Minus infinity above the diagonal; one constant for all layers.
    private static Value CausalMask(OnnxBuilder b, DataType type, long rows, long columns) => b.Constants.Table($"causal {type} {rows} {columns}", () =>
    {
        double[] values = new double[rows * columns];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = i % columns > i / columns ? double.NegativeInfinity : 0;
        }

        return b.Constants.Numbers(type, [rows, columns], values);
    });

    private static Value Masked(OperatorCall c, Value scores, Tensor mask) => mask.Type == ScalarType.Bool
        ? c.B.Where(mask.Value, scores, c.B.Like(scores, double.NegativeInfinity))
        : c.B.Add(scores, c.B.Cast(mask.Value, scores.Type));

    // A row whose columns are all masked gives zeros, where softmax alone would give NaN.
    private static Value WithoutEmptyRows(OnnxBuilder b, Value scores, Value weights, int rank)
    {
        var greatest = b.Reduce("ReduceMax", scores, [rank - 1], keepDims: true);
        return b.Where(b.Equal(greatest, double.NegativeInfinity), b.Like(weights, 0), weights);
    }
}
