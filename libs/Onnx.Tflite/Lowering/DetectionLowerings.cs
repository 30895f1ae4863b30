using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Post-processing of detectors.</summary>
internal static class DetectionLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("NonMaxSuppression", NonMaxSuppression)
        {
            Opsets = "10-21",
            Builtins = "NON_MAX_SUPPRESSION_V4, SLICE, CONCATENATION, MINIMUM, MAXIMUM",
            Limits = "known number of batches and classes; the number of results is only known at run time",
        },
    ];

    private static void NonMaxSuppression(LoweringNode n)
    {
        Tensor boxes = n.In(0), scores = n.In(1);
        if (!scores.Shape[0].IsKnown || !scores.Shape[1].IsKnown)
        {
            throw n.Dynamic("an open number of batches or classes");
        }

        var corners = Corners(n, boxes);
        Tensor limit = n.Has(2) ? n.B.Reshape(n.B.Cast(n.In(2), TensorType.Int32), []) : n.B.Int32(0);
        Tensor overlap = n.Has(3) ? n.B.Reshape(n.In(3), []) : n.B.Float(0), threshold = n.Has(4) ? n.B.Reshape(n.In(4), []) : n.B.Float(-float.MaxValue);
        var rows = new List<Tensor>();
        for (int batch = 0; batch < scores.Shape[0].Value; batch++)
        {
            var own = n.B.Squeeze(n.B.Slice(corners, 0, batch, 1), 0);
            for (int label = 0; label < scores.Shape[1].Value; label++)
            {
                var score = n.B.Reshape(n.B.Slice(n.B.Slice(scores, 0, batch, 1), 1, label, 1), [scores.Shape[2]]);
                rows.Add(Selected(n, own, score, limit, overlap, threshold, batch, label));
            }
        }

        n.Out(0, n.B.Cast(Concat(n, rows), n.OutType(0)));
    }

    private static Tensor Concat(LoweringNode n, List<Tensor> rows)
    {
        var shape = n.OutShape(0);
        return rows.Count == 1 ? rows[0] : n.B.Add(BuiltinOperator.Concatenation, new ConcatenationOptions(0), [.. rows], TensorType.Int32, shape);
    }

    // Rows of batch, class and box for the boxes that stay.
    private static Tensor Selected(LoweringNode n, Tensor boxes, Tensor score, Tensor limit, Tensor overlap, Tensor threshold, int batch, int label)
    {
        var open = SymInt.DataDependent($"{n.Node.Output(0)}.{batch}.{label}");
        var found = n.B.Add(
            BuiltinOperator.NonMaxSuppressionV4, new EmptyOptions(95), [boxes, score, limit, overlap, threshold], (TensorType.Int32, [open]), (TensorType.Int32, []));
        var kept = n.B.Add(BuiltinOperator.Slice, new EmptyOptions(48), [found[0], n.B.Int32s(0), n.B.Reshape(found[1], [1])], TensorType.Int32, [open]);
        var column = n.B.Add(BuiltinOperator.Reshape, new ReshapeOptions(null, FromModel: true), [kept, n.B.Int32s(-1, 1)], TensorType.Int32, [open, 1]);
        var zeros = n.B.Times(column, 0);
        return n.B.Add(BuiltinOperator.Concatenation, new ConcatenationOptions(1), [n.B.Plus(zeros, batch), n.B.Plus(zeros, label), column], TensorType.Int32, [open, 3]);
    }

    // [y1, x1, y2, x2] with the smaller corner first.
    private static Tensor Corners(LoweringNode n, Tensor boxes)
    {
        Tensor Part(int at, int count) => n.B.Slice(boxes, 2, at, count);
        if (n.Node.Int("center_point_box", 0) == 0)
        {
            Tensor first = Part(0, 2), second = Part(2, 2);
            return n.B.Concat([n.B.Minimum(first, second), n.B.Maximum(first, second)], 2);
        }

        // [x, y, width, height]
        Tensor x = Part(0, 1), y = Part(1, 1), halfW = n.B.Times(Part(2, 1), 0.5), halfH = n.B.Times(Part(3, 1), 0.5);
        return n.B.Concat([n.B.Minus(y, halfH), n.B.Minus(x, halfW), n.B.Plus(y, halfH), n.B.Plus(x, halfW)], 2);
    }
}
