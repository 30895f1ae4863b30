using Onnx.Model.Analysis;
using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Operators that pick elements by index.</summary>
internal static class GatherLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("Gather", Gather) { Types = "all", Builtins = "GATHER, SLICE, RESHAPE, LESS, ADD, SELECT_V2" },
        new("GatherElements", GatherElements) { Types = "all", Builtins = "GATHER, RESHAPE, MUL, ADD", Limits = "known shapes" },
        new("GatherND", GatherNd) { Types = "all", Builtins = "GATHER_ND, CONCATENATION", Limits = "known shapes" },
        new("OneHot", OneHot) { Types = "all", Builtins = "ONE_HOT, LESS, ADD, SELECT_V2" },
        new("Compress", Compress) { Types = "all", Builtins = "WHERE, GATHER, RESHAPE" },
        new("NonZero", NonZero) { Types = "float, integers, bool", Builtins = "WHERE, TRANSPOSE, NOT_EQUAL" },
    ];

    private static void Gather(LoweringNode n)
    {
        Tensor x = n.In(0), indices = n.In(1);
        int axis = n.Axis(n.Node.Int("axis", 0), x.Rank);
        var positive = n.B.NonNegative(indices, x.Shape[axis], x, axis);
        if (positive.IsConstant && ConstantTensors.ReadInt32s(positive) is { Length: > 0 } picks && IsRun(picks))
        {
            var part = n.B.Slice(x, axis, picks[0], picks.Length);
            n.Out(0, n.B.Reshape(part, n.OutShape(0)));
            return;
        }

        n.Out(0, n.B.Gather(x, positive, axis));
    }

    // Neighbours in order are a slice.
    private static bool IsRun(int[] picks)
    {
        for (int i = 1; i < picks.Length; i++)
        {
            if (picks[i] != picks[0] + i)
            {
                return false;
            }
        }

        return true;
    }

    private static void GatherElements(LoweringNode n)
    {
        Tensor x = n.In(0), indices = n.In(1);
        int axis = n.Axis(n.Node.Int("axis", 0), x.Rank);
        var linear = LinearIndices.Of(n, x, indices, axis);
        n.Out(0, n.B.Gather(n.B.Reshape(x, [SymInt.Product(x.Shape)]), linear, 0));
    }

    private static void GatherNd(LoweringNode n)
    {
        Tensor x = n.In(0), indices = n.In(1);
        int batch = (int)n.Node.Int("batch_dims", 0);
        var full = Coordinates.NonNegative(n, indices, x.Shape[batch..]);
        n.Out(0, n.B.GatherNd(x, batch == 0 ? full : Coordinates.WithBatch(n, full, batch)));
    }

    private static void OneHot(LoweringNode n)
    {
        var indices = n.In(0);
        int axis = n.Axis(n.Node.Int("axis", -1), indices.Rank + 1);
        var whole = indices.Type is TensorType.Int32 or TensorType.Int64 ? indices : n.B.Cast(indices, TensorType.Int32);
        var depth = n.Numbers(1) is [var known] ? n.B.Int32((int)known) : n.B.Reshape(n.B.Cast(n.In(1), TensorType.Int32), []);
        var positive = n.B.Select(n.B.Less(whole, n.B.Number(whole.Type, 0)), n.B.Plus(whole, n.B.Cast(depth, whole.Type)), whole);
        Tensor off = Element(n, 0), on = Element(n, 1);
        n.Out(0, n.B.OneHot(positive, depth, on, off, axis, n.OutShape(0)[axis]));
    }

    // values = [off, on]
    private static Tensor Element(LoweringNode n, int i) =>
        n.Numbers(2) is { } values ? n.B.Number(n.In(2).Type, values[i]) : n.B.Reshape(n.B.Slice(n.In(2), 0, i, 1), []);

    private static void Compress(LoweringNode n)
    {
        Tensor x = n.In(0), condition = n.In(1);
        bool flat = n.Node.Attribute("axis") is null;
        int axis = flat ? 0 : n.Axis(n.Node.Int("axis", 0), x.Rank);
        var data = flat ? n.B.Reshape(x, [SymInt.Product(x.Shape)]) : x;
        var shape = n.OutShape(0);
        var where = n.B.Where(condition, shape[axis]);
        var picks = n.B.Add(BuiltinOperator.Reshape, new ReshapeOptions(null, FromModel: true), [where, n.B.Int32s(-1)], TensorType.Int64, [shape[axis]]);
        n.Out(0, n.B.Gather(data, picks, axis));
    }

    private static void NonZero(LoweringNode n)
    {
        var x = n.In(0);
        if (x.Rank == 0)
        {
            throw new RefusedException(ReasonCode.UnsupportedRank, "NonZero of a single number", "give the input an axis");
        }

        var condition = x.Type == TensorType.Bool ? x : n.B.NotEqual(x, n.B.Number(x.Type, 0));
        n.Out(0, n.B.Cast(n.B.Transpose(n.B.Where(condition, n.OutShape(0)[1]), [1, 0]), n.OutType(0)));
    }
}
