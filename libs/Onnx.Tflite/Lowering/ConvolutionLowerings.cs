using Onnx.Model.Analysis;

namespace Onnx.Tflite.Lowering;

/// <summary>Convolutions.</summary>
internal static class ConvolutionLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("Conv", Conv) { Builtins = "CONV_2D, DEPTHWISE_CONV_2D, CONV_3D, PAD, RESHAPE, TRANSPOSE", Limits = "1 to 3 spatial axes" },
    ];

    private static void Conv(LoweringNode n)
    {
        var x = n.In(0);
        n.Out(0, Convolution.Apply(n, x, n.In(1), n.Optional(2), OutputSpatial(n)));
    }

    private static SymInt[] OutputSpatial(LoweringNode n) => n.OutShape(0)[2..];
}
