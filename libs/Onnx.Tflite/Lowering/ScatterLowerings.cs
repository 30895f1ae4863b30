using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Operators that put elements at given positions.</summary>
internal static class ScatterLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("ScatterND", ScatterNd) { Types = "float, integers", Builtins = "SCATTER_ND, SELECT_V2, GREATER, ADD", Limits = "known shapes; reduction none or add; positions must not repeat without a reduction" },
        new("ScatterElements", ScatterElements) { Types = "float, integers", Builtins = "SCATTER_ND, SELECT_V2, GREATER, ADD, RESHAPE", Limits = "known shapes; reduction none or add; positions must not repeat without a reduction" },
        new("TensorScatter", TensorScatter) { Opsets = "24", Types = "float, integers", Builtins = "DYNAMIC_UPDATE_SLICE", Limits = "linear mode, one batch" },
    ];

    private static void ScatterNd(LoweringNode n)
    {
        var x = n.In(0);
        if (!x.IsStatic)
        {
            throw n.Dynamic("ScatterND into a tensor of open shape");
        }

        n.Out(0, Apply(n, x, Coordinates.NonNegative(n, n.In(1), x.Shape), n.In(2)));
    }

    private static void ScatterElements(LoweringNode n)
    {
        var x = n.In(0);
        int axis = n.Axis(n.Node.Int("axis", 0), x.Rank);
        var linear = LinearIndices.Of(n, x, n.In(1), axis);
        var flat = n.B.Reshape(x, [x.Count]);
        var indices = n.B.Reshape(linear, [linear.Count, 1]);
        n.Out(0, n.B.Reshape(Apply(n, flat, indices, n.B.Reshape(n.In(2), [linear.Count])), x.Shape));
    }

    // SCATTER_ND adds into zeros. Positions that are hit are found by scattering ones.
    private static Tensor Apply(LoweringNode n, Tensor x, Tensor indices, Tensor updates)
    {
        string reduction = n.Node.Text("reduction", "none");
        if (reduction == "add")
        {
            return n.B.Plus(x, n.B.ScatterNd(indices, updates, x.Shape));
        }

        if (reduction != "none")
        {
            throw n.Unsupported($"reduction '{reduction}'", "use reduction none or add");
        }

        RefuseRepeats(n, indices);
        var ones = n.B.BroadcastTo(n.B.Int32(1), updates.Shape);
        var hit = n.B.Greater(n.B.ScatterNd(indices, ones, x.Shape), n.B.Int32(0));
        return n.B.Select(hit, n.B.ScatterNd(indices, updates, x.Shape), x);
    }

    private static void RefuseRepeats(LoweringNode n, Tensor indices)
    {
        if (!indices.IsConstant)
        {
            return;
        }

        int depth = (int)indices.Shape[^1].Value;
        int[] values = Building.ConstantTensors.ReadInt32s(indices);
        var tuples = Enumerable.Range(0, values.Length / depth).Select(i => string.Join(',', values.AsSpan(i * depth, depth).ToArray()));
        if (tuples.GroupBy(tuple => tuple).Any(group => group.Count() > 1))
        {
            throw n.Unsupported("a position is written twice, and ONNX does not say which value stays", "remove the repeated indices");
        }
    }

    private static void TensorScatter(LoweringNode n)
    {
        Tensor x = n.In(0), update = n.In(1);
        int axis = n.Axis(n.Node.Int("axis", -2), x.Rank);
        if (n.Node.Text("mode", "linear") != "linear" || x.Shape[0] != 1)
        {
            throw n.Unsupported("circular mode or more than one batch");
        }

        var start = n.Has(2) ? n.B.Reshape(n.B.Cast(n.In(2), TensorType.Int32), [1]) : n.B.Int32s(0);
        var begin = n.B.Concat([.. Enumerable.Range(0, x.Rank).Select(i => i == axis ? start : n.B.Int32s(0))], 0);
        n.Out(0, n.B.Add(BuiltinOperator.DynamicUpdateSlice, new EmptyOptions(117), [x, update, begin], x.Type, x.Shape));
    }
}
