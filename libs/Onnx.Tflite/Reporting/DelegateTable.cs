using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;
using Platform.Budgets;

namespace Onnx.Tflite.Reporting;

/// <summary>
/// Which operators delegates take, with static shapes. Read from the sources of LiteRT's delegates; none is exact about every
/// attribute, so the placement is a prediction.
/// </summary>
[DataTable("One row an operator: the delegates that take it.")]
internal static class DelegateTable
{
    private const int Xnnpack = 1;
    private const int Gpu = 2;
    private const int Qnn = 4;
    private const int All = Xnnpack | Gpu | Qnn;

    private static readonly (int Delegates, BuiltinOperator[] Codes)[] s_rows =
    [
        (All, [BuiltinOperator.Conv2d, BuiltinOperator.DepthwiseConv2d, BuiltinOperator.FullyConnected, BuiltinOperator.TransposeConv, BuiltinOperator.BatchMatmul]),
        (All, [BuiltinOperator.Add, BuiltinOperator.Sub, BuiltinOperator.Mul, BuiltinOperator.Div, BuiltinOperator.Maximum, BuiltinOperator.Minimum, BuiltinOperator.SquaredDifference]),
        (All, [BuiltinOperator.Abs, BuiltinOperator.Neg, BuiltinOperator.Exp, BuiltinOperator.Log, BuiltinOperator.Sqrt, BuiltinOperator.Rsqrt, BuiltinOperator.Sin, BuiltinOperator.Cos]),
        (All, [BuiltinOperator.Floor, BuiltinOperator.Round, BuiltinOperator.Ceil, BuiltinOperator.Relu, BuiltinOperator.Relu6, BuiltinOperator.ReluN1To1]),
        (All, [BuiltinOperator.Logistic, BuiltinOperator.Tanh, BuiltinOperator.Elu, BuiltinOperator.LeakyRelu, BuiltinOperator.Prelu, BuiltinOperator.HardSwish, BuiltinOperator.Gelu]),
        (All, [BuiltinOperator.Softmax, BuiltinOperator.AveragePool2d, BuiltinOperator.MaxPool2d, BuiltinOperator.Mean, BuiltinOperator.Sum, BuiltinOperator.ReduceMax, BuiltinOperator.ReduceMin]),
        (All, [BuiltinOperator.Reshape, BuiltinOperator.Transpose, BuiltinOperator.Concatenation, BuiltinOperator.Quantize, BuiltinOperator.Dequantize, BuiltinOperator.ResizeBilinear]),
        (All, [BuiltinOperator.Pad, BuiltinOperator.Split, BuiltinOperator.Slice, BuiltinOperator.StridedSlice, BuiltinOperator.DepthToSpace, BuiltinOperator.SpaceToDepth]),
        (Gpu | Qnn, [BuiltinOperator.Sign, BuiltinOperator.Pow, BuiltinOperator.FloorDiv, BuiltinOperator.FloorMod, BuiltinOperator.Gather, BuiltinOperator.Cumsum, BuiltinOperator.OneHot]),
        (Gpu | Qnn, [BuiltinOperator.Cast, BuiltinOperator.Equal, BuiltinOperator.NotEqual, BuiltinOperator.Less, BuiltinOperator.LessEqual, BuiltinOperator.Greater, BuiltinOperator.GreaterEqual]),
        (Gpu | Qnn, [BuiltinOperator.SelectV2, BuiltinOperator.LogicalAnd, BuiltinOperator.LogicalOr, BuiltinOperator.LogicalNot, BuiltinOperator.Tile, BuiltinOperator.ResizeNearestNeighbor]),
        (Gpu | Qnn, [BuiltinOperator.Padv2, BuiltinOperator.MirrorPad, BuiltinOperator.SplitV, BuiltinOperator.ReverseV2, BuiltinOperator.DynamicUpdateSlice, BuiltinOperator.EmbeddingLookup]),
        (Gpu, [BuiltinOperator.ReduceProd]),
        (Qnn, [BuiltinOperator.Conv3d, BuiltinOperator.LogSoftmax, BuiltinOperator.L2Pool2d, BuiltinOperator.L2Normalization, BuiltinOperator.ReduceAny, BuiltinOperator.ReduceAll]),
        (Qnn, [BuiltinOperator.GatherNd, BuiltinOperator.ScatterNd, BuiltinOperator.ArgMax, BuiltinOperator.ArgMin, BuiltinOperator.TopkV2, BuiltinOperator.BroadcastTo]),
    ];

    private static readonly Dictionary<BuiltinOperator, int> s_delegates = s_rows.SelectMany(row => row.Codes.Select(code => (code, row.Delegates))).ToDictionary(pair => pair.code, pair => pair.Delegates);

    /// <summary>The delegate whose prediction tests compare with real partitions.</summary>
    public const string Verified = "xnnpack";

    /// <summary>Names of the delegates with the mask that stands for each.</summary>
    public static IReadOnlyList<(string Name, int Mask)> Names { get; } = [(Verified, Xnnpack), ("gpu", Gpu), ("qnn", Qnn)];

    /// <summary>Whether a delegate is expected to take an operator.</summary>
    public static bool Takes(int mask, Operator op)
    {
        bool known = (s_delegates.GetValueOrDefault(op.Code) & mask) != 0 && op.Outputs.TrueForAll(output => output.IsStatic);
        return known && op.Outputs.TrueForAll(output => TakesType(mask, output)) && (mask != Xnnpack || XnnpackLimits.Allow(op));
    }

    private static bool TakesType(int mask, Tensor output) => output.Type switch
    {
        TensorType.Float32 or TensorType.Float16 => true,
        TensorType.Int8 or TensorType.UInt8 => mask == Qnn || output.Quantization is not null,
        TensorType.Int16 => mask == Qnn,
        TensorType.Int32 or TensorType.Bool => mask != Xnnpack,
        _ => false,
    };
}
