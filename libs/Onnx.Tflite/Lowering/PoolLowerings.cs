
namespace Onnx.Tflite.Lowering;

/// <summary>Pooling.</summary>
internal static class PoolLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("AveragePool", AveragePool.Lower) { Builtins = "AVERAGE_POOL_2D, PAD, MUL, DEPTHWISE_CONV_2D, RESHAPE", Limits = "1 to 3 spatial axes" },
        new("MaxPool", MaxPool.Lower) { Types = "float, int8, uint8", Builtins = "MAX_POOL_2D, PADV2, STRIDED_SLICE, MAXIMUM, ARG_MAX, GATHER, RESHAPE", Limits = "1 to 3 spatial axes" },
        new("LpPool", LpPool) { Builtins = "ABS, POW, AVERAGE_POOL_2D, MUL, SQRT" },
        new("GlobalAveragePool", n => n.Out(0, n.B.Mean(n.In(0), Spatial(n)))) { Builtins = "MEAN" },
        new("GlobalMaxPool", n => n.Out(0, n.B.Max(n.In(0), Spatial(n)))) { Builtins = "REDUCE_MAX" },
        new("GlobalLpPool", GlobalLpPool) { Builtins = "ABS, POW, SUM, SQRT" },
        new("MaxUnpool", MaxUnpool.Lower) { Builtins = "SCATTER_ND, RESHAPE", Limits = "known shapes" },
    ];

    private static int[] Spatial(LoweringNode n) => [.. Enumerable.Range(2, Math.Max(n.In(0).Rank - 2, 0))];

    private static void GlobalLpPool(LoweringNode n)
    {
        var x = n.In(0);
        int p = (int)n.Node.Int("p", 2);
        n.Out(0, Root(n, n.B.Sum(Power(n, x, p), Spatial(n)), p));
    }

    private static void LpPool(LoweringNode n)
    {
        int p = (int)n.Node.Int("p", 2);
        double count = n.Node.Ints("kernel_shape")!.Aggregate(1.0, (product, size) => product * size);
        var mean = AveragePool.Apply(n, Power(n, n.In(0), p), includePads: true, clipOverhang: false);
        n.Out(0, Root(n, n.B.Times(mean, count), p));
    }

    private static Ir.Tensor Power(LoweringNode n, Ir.Tensor x, int p) => p switch
    {
        1 => n.B.Abs(x),
        2 => n.B.Square(x),
        _ => n.B.Pow(n.B.Abs(x), n.B.Float(p)),
    };

    private static Ir.Tensor Root(LoweringNode n, Ir.Tensor x, int p) => p switch
    {
        1 => x,
        2 => n.B.Sqrt(x),
        _ => n.B.Pow(x, n.B.Float(1.0 / p)),
    };
}
