using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;
using Platform.Budgets;

namespace Onnx.Tflite.Lowering;

/// <summary>Which tensors get their memory only when their operator runs, because a parameter that decides their size is computed.</summary>
[DataTable("One row an operator whose result's size depends on inputs.")]
internal static class RuntimeSizes
{
    private static readonly Dictionary<BuiltinOperator, int[]> s_parameters = new()
    {
        [BuiltinOperator.BroadcastTo] = [1],
        [BuiltinOperator.Fill] = [0],
        [BuiltinOperator.Mean] = [1],
        [BuiltinOperator.MirrorPad] = [1],
        [BuiltinOperator.OneHot] = [1],
        [BuiltinOperator.Pad] = [1],
        [BuiltinOperator.Padv2] = [1],
        [BuiltinOperator.Range] = [0, 1, 2],
        [BuiltinOperator.ReduceMax] = [1],
        [BuiltinOperator.ReduceMin] = [1],
        [BuiltinOperator.ReduceProd] = [1],
        [BuiltinOperator.Reshape] = [1],
        [BuiltinOperator.ResizeBilinear] = [1],
        [BuiltinOperator.ResizeNearestNeighbor] = [1],
        [BuiltinOperator.ScatterNd] = [2],
        [BuiltinOperator.Slice] = [1, 2],
        [BuiltinOperator.SplitV] = [1],
        [BuiltinOperator.StridedSlice] = [1, 2, 3],
        [BuiltinOperator.Sum] = [1],
        [BuiltinOperator.Tile] = [1],
        [BuiltinOperator.TopkV2] = [1],
        [BuiltinOperator.TransposeConv] = [0],
        [BuiltinOperator.Unique] = [0],
        [BuiltinOperator.Where] = [0],
    };

    /// <summary>Whether the operator that gives the tensor sizes it while it runs.</summary>
    public static bool IsSizedAtRunTime(Tensor tensor) =>
        tensor.Producer is { } op && s_parameters.TryGetValue(op.Code, out int[]? parameters)
        && Array.Exists(parameters, i => i < op.Inputs.Count && op.Inputs[i] is { IsConstant: false });
}
