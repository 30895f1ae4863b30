using Onnx.Model.Analysis;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Pooling.</summary>
internal static class PoolLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("GlobalAveragePool", n => n.Out(0, n.B.Mean(n.In(0), Spatial(n)))) { Builtins = "MEAN" },
        new("MaxPool", MaxPool) { Builtins = "MAX_POOL_2D, PADV2, RESHAPE" },
    ];

    private static int[] Spatial(LoweringNode n) => [.. Enumerable.Range(2, Math.Max(n.In(0).Rank - 2, 0))];

    private static void MaxPool(LoweringNode n)
    {
        var x = n.In(0);
        var window = WindowGeometry.Of(n.Node, Array.ConvertAll(n.Node.Ints("kernel_shape")!, SymInt.FromInt64), x.Shape[2..]);
        bool same = WindowLayout.IsSame(window, x.Shape[2..]);
        var padded = same ? x : n.B.Pad(x, WindowLayout.Full(x, window.PadsBegin), WindowLayout.Full(x, window.PadsEnd), n.B.Float(float.MinValue));
        var (strideH, strideW) = WindowLayout.Pair(window.Strides);
        var (filterH, filterW) = WindowLayout.Pair(n.Node.Ints("kernel_shape")!);
        var data = WindowLayout.WithHeight(n.B, padded);
        var output = n.OutShape(0);
        var result = n.B.Pool(BuiltinOperator.MaxPool2d, data, new Pool2DOptions(WindowLayout.PaddingOf(same), strideH, strideW, filterH, filterW), x.Rank == 3 ? 1 : output[2], output[^1]);
        n.Out(0, WindowLayout.WithoutHeight(n.B, result, x.Rank));
    }
}
