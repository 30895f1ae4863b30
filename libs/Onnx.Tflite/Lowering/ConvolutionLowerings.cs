using Onnx.Model;

namespace Onnx.Tflite.Lowering;

/// <summary>Convolutions.</summary>
internal static class ConvolutionLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("Conv", Conv) { Builtins = "CONV_2D, DEPTHWISE_CONV_2D, CONV_3D, PAD, RESHAPE, TRANSPOSE", Limits = "1 to 3 spatial axes" },
        new("ConvTranspose", TransposedConvolution.Lower) { Builtins = "TRANSPOSE_CONV, SLICE, PAD, ADD, SPLIT, CONCATENATION, RESHAPE", Limits = "1 to 3 spatial axes" },
        new("ConvInteger", IntegerConvolution.Lower) { Types = "int8, uint8", Builtins = "CAST, SUB, CONV_2D", Limits = "sums that float32 holds exactly" },
        new("FusedConv", Fused) { Domain = OnnxDomain.Microsoft, Opsets = "1", Builtins = "as Conv, with an activation" },
    ];

    private static void Conv(LoweringNode n) => n.Out(0, Convolution.Apply(n, n.In(0), n.In(1), n.Optional(2), n.OutShape(0)[2..]));

    private static void Fused(LoweringNode n)
    {
        if (n.Has(3))
        {
            throw n.Unsupported("a fused sum", "export without ONNX Runtime's graph optimizer");
        }

        n.Out(0, FusedActivation.Apply(n, Convolution.Apply(n, n.In(0), n.In(1), n.Optional(2), n.OutShape(0)[2..])));
    }
}
