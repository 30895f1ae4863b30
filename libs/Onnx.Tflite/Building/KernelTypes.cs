using Onnx.Tflite.Schema;
using Platform.Budgets;
using T = Onnx.Tflite.Schema.TensorType;

namespace Onnx.Tflite.Building;

/// <summary>Element types that a kernel takes as plain numbers (not as quantized ones), in LiteRT 2.x and TFLite 2.9 alike.</summary>
[DataTable("One row an operator that does not take all types.")]
internal static class KernelTypes
{
    private static readonly TensorType[] s_float = [T.Float32];
    private static readonly TensorType[] s_floatInt = [T.Float32, T.Int32];
    private static readonly TensorType[] s_arithmetic = [T.Float32, T.Int32, T.Int64];
    private static readonly TensorType[] s_movement = [T.Float32, T.Int32, T.Int64, T.Int8, T.UInt8, T.Int16, T.Bool];
    private static readonly TensorType[] s_numbers = [T.Float32, T.Int32, T.Int64, T.Int8, T.UInt8, T.Int16];

    private static readonly TensorType[] s_any = [.. Enum.GetValues<TensorType>()];

    private static readonly Dictionary<BuiltinOperator, TensorType[]> s_all = new()
    {
        [BuiltinOperator.Abs] = s_floatInt,
        [BuiltinOperator.Add] = s_arithmetic,
        [BuiltinOperator.ArgMax] = [T.Float32, T.Int32],
        [BuiltinOperator.ArgMin] = [T.Float32, T.Int32],
        [BuiltinOperator.BatchMatmul] = s_float,
        [BuiltinOperator.BitwiseXor] = [T.Int8, T.UInt8, T.Int16, T.UInt16, T.Int32, T.UInt32],
        [BuiltinOperator.BroadcastTo] = s_movement,
        [BuiltinOperator.Concatenation] = s_movement,
        [BuiltinOperator.Cumsum] = s_arithmetic,
        [BuiltinOperator.DepthToSpace] = [T.Float32, T.Int32, T.Int64, T.Int8, T.UInt8],
        [BuiltinOperator.Div] = s_floatInt,
        [BuiltinOperator.Equal] = [T.Float32, T.Int32, T.Int64, T.Bool],
        [BuiltinOperator.FloorDiv] = s_floatInt,
        [BuiltinOperator.FloorMod] = s_arithmetic,
        [BuiltinOperator.Gather] = s_movement,
        [BuiltinOperator.GatherNd] = s_movement,
        [BuiltinOperator.Greater] = s_arithmetic,
        [BuiltinOperator.GreaterEqual] = s_arithmetic,
        [BuiltinOperator.Less] = s_arithmetic,
        [BuiltinOperator.LessEqual] = s_arithmetic,
        [BuiltinOperator.Maximum] = s_arithmetic,
        [BuiltinOperator.Mean] = s_float,
        [BuiltinOperator.Minimum] = s_arithmetic,
        [BuiltinOperator.MirrorPad] = [T.Float32, T.Int32, T.Int64],
        [BuiltinOperator.Mul] = s_arithmetic,
        [BuiltinOperator.Neg] = s_arithmetic,
        [BuiltinOperator.NotEqual] = [T.Float32, T.Int32, T.Int64, T.Bool],
        [BuiltinOperator.OneHot] = s_movement,
        [BuiltinOperator.Pad] = s_numbers,
        [BuiltinOperator.Padv2] = [T.Float32, T.Int32, T.Int64],
        [BuiltinOperator.Pow] = s_floatInt,
        [BuiltinOperator.ReduceMax] = s_arithmetic,
        [BuiltinOperator.ReduceMin] = s_arithmetic,
        [BuiltinOperator.ReduceProd] = s_arithmetic,
        [BuiltinOperator.ResizeNearestNeighbor] = [T.Float32],
        [BuiltinOperator.ReverseSequence] = [T.Float32, T.Int32, T.Int64],
        [BuiltinOperator.ReverseV2] = s_movement,
        [BuiltinOperator.RightShift] = [T.UInt8, T.UInt16, T.UInt32],
        [BuiltinOperator.StablehloAdd] = s_any,
        [BuiltinOperator.StablehloAnd] = s_any,
        [BuiltinOperator.StablehloMaximum] = s_any,
        [BuiltinOperator.StablehloMinimum] = s_any,
        [BuiltinOperator.StablehloMultiply] = s_any,
        [BuiltinOperator.ScatterNd] = [T.Float32, T.Int32, T.Int64],
        [BuiltinOperator.SelectV2] = s_movement,
        [BuiltinOperator.Sign] = s_floatInt,
        [BuiltinOperator.Slice] = s_movement,
        [BuiltinOperator.SpaceToDepth] = [T.Float32, T.Int32, T.Int64, T.Int8, T.UInt8],
        [BuiltinOperator.Split] = s_numbers,
        [BuiltinOperator.SplitV] = s_numbers,
        [BuiltinOperator.SquaredDifference] = s_floatInt,
        [BuiltinOperator.StridedSlice] = s_movement,
        [BuiltinOperator.Sub] = s_arithmetic,
        [BuiltinOperator.Sum] = s_arithmetic,
        [BuiltinOperator.Tile] = s_movement,
        [BuiltinOperator.TopkV2] = [T.Float32, T.Int32, T.Int64],
        [BuiltinOperator.Transpose] = s_movement,
        [BuiltinOperator.Unique] = [T.Float32, T.Int32, T.Int64],
        [BuiltinOperator.Where] = [T.Bool],
    };

    /// <summary>Whether the kernel takes the type.</summary>
    public static bool Takes(BuiltinOperator code, TensorType type) =>
        s_all.TryGetValue(code, out var types) ? types.Contains(type) : type is T.Float32 or T.Int32 or T.Int64 or T.Int8 or T.UInt8 or T.Int16 or T.Bool || code is BuiltinOperator.Cast or BuiltinOperator.Reshape or BuiltinOperator.Bitcast;

    /// <summary>Operators that only move elements: any type of the same size can stand in.</summary>
    public static bool Moves(BuiltinOperator code) => s_all.TryGetValue(code, out var types) && ReferenceEquals(types, s_movement);

    /// <summary>A type in which the kernel can compute with the values of another; null where there is none.</summary>
    public static TensorType? Carrier(BuiltinOperator code, TensorType type) => type switch
    {
        T.Bool or T.Int8 or T.UInt8 or T.Int16 or T.UInt16 when Takes(code, T.Int32) => T.Int32,
        T.Bool or T.Int8 or T.UInt8 or T.Int16 or T.UInt16 when Takes(code, T.Float32) => T.Float32,
        T.UInt32 when Takes(code, T.Int64) => T.Int64,
        // Rounded, and said so in a warning; comparing rounded values would be another question than the model asks.
        T.Float64 when !IsComparison(code) && Takes(code, T.Float32) => T.Float32,
        _ => null,
    };

    private static bool IsComparison(BuiltinOperator code) =>
        code is BuiltinOperator.Equal or BuiltinOperator.NotEqual or BuiltinOperator.Less or BuiltinOperator.LessEqual or BuiltinOperator.Greater or BuiltinOperator.GreaterEqual;
}
