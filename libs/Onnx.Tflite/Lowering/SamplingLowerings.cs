
namespace Onnx.Tflite.Lowering;

/// <summary>Operators that read between the elements of an image, at computed positions.</summary>
internal static class SamplingLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("GridSample", GridSample.Lower) { Opsets = "16-21", Builtins = "GATHER, MUL, ADD, FLOOR, MINIMUM, MAXIMUM, CAST, TRANSPOSE, RESHAPE", Limits = "images (rank 4) of known shape" },
        new("RoiAlign", RoiAlign.Lower) { Opsets = "10-21", Builtins = "GATHER, MUL, ADD, FLOOR, MINIMUM, MAXIMUM, MEAN, REDUCE_MAX", Limits = "sampling_ratio above 0" },
        new("AffineGrid", AffineGrid) { Opsets = "20", Builtins = "BATCH_MATMUL, RESHAPE", Limits = "constant size, images" },
    ];

    private static void AffineGrid(LoweringNode n)
    {
        long[] size = n.RequiredInts(1, "the size");
        if (size.Length != 4)
        {
            throw new RefusedException(ReasonCode.UnsupportedRank, "AffineGrid of a volume", "use images");
        }

        long height = size[2], width = size[3];
        bool corners = n.Node.Int("align_corners", 0) != 0;
        double At(long i, long count) => corners ? count == 1 ? 0 : (2.0 * i / (count - 1)) - 1 : (((2.0 * i) + 1) / count) - 1;
        float[] points = new float[height * width * 3];
        for (long i = 0; i < height * width; i++)
        {
            points[i * 3] = (float)At(i % width, width);
            points[(i * 3) + 1] = (float)At(i / width, height);
            points[(i * 3) + 2] = 1;
        }

        // [HW, 3] times theta [N, 2, 3] transposed.
        var product = n.B.BatchMatMul(n.B.Floats([1, height * width, 3], points), n.In(0), adjointB: true);
        n.Out(0, n.B.Reshape(product, n.OutShape(0)));
    }
}
