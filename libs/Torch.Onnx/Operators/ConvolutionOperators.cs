using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Convolutions; an input without a batch dimension gets one and loses it again.</summary>
internal static class ConvolutionOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("conv1d conv2d conv3d conv1d.padding conv2d.padding conv3d.padding", "Conv", c => Convolve(c, "input", c.Argument("padding") is Program.Argument.Text text ? Named(c, text.Value) : Both(c.Ints("padding", Spatial(c))), c.Int("groups"))),
        Of("conv_depthwise3d", "Conv", c => Convolve(c, "self", Both(c.Ints("padding", Spatial(c))), c.Real("weight").StaticSize(0, "the weight"))),
        Of("thnn_conv2d slow_conv3d", "Conv", c => Convolve(c, "self", Both(c.Ints("padding", Spatial(c))), 1)),
        Of("slow_conv_dilated2d slow_conv_dilated3d", "Conv", c => Convolve(c, "self", Both(c.Ints("padding", Spatial(c))), 1)),
        Of("conv_transpose1d conv_transpose2d.input conv_transpose3d.input", "ConvTranspose", c => Transposed(c, "input", c.Int("groups"))),
        Of("slow_conv_transpose2d slow_conv_transpose3d", "ConvTranspose", c => Transposed(c, "self", 1)),
        Of("convolution convolution_overrideable", "Conv, ConvTranspose", c => c.Bool("transposed") ? Transposed(c, "input", c.Int("groups")) : Convolve(c, "input", Both(c.Ints("padding", Spatial(c))), c.Int("groups"))),
        Of("conv_tbc", "Transpose, Conv", TimeBatchChannel),
    ];

    private static int Spatial(OperatorCall c) => c.Real("weight").Rank - 2;

    private static long[] Both(long[] padding) => [.. padding, .. padding];

    // "same" puts the odd one at the end, with stride 1.
    private static long[] Named(OperatorCall c, string mode)
    {
        int spatial = Spatial(c);
        long[] pads = new long[2 * spatial];
        if (mode == "valid")
        {
            return pads;
        }

        if (mode != "same")
        {
            throw LoweringException.Malformed($"the padding is '{mode}'");
        }

        long[] dilation = c.Ints("dilation", spatial);
        for (int i = 0; i < spatial; i++)
        {
            long total = dilation[i] * (c.Real("weight").StaticSize(i + 2, "the weight") - 1);
            pads[i] = total / 2;
            pads[spatial + i] = total - (total / 2);
        }

        return pads;
    }

    private static Value Convolve(OperatorCall c, string input, long[] pads, long groups)
    {
        int spatial = Spatial(c);
        var attributes = new List<AttributeProto>
        {
            Attr.From("dilations", c.Schema.Find("dilation") is null ? Ones(spatial) : c.Ints("dilation", spatial)),
            Attr.From("group", groups),
            Attr.From("pads", pads),
            Attr.From("strides", c.Ints("stride", spatial)),
        };
        return Batched(c, input, x => c.B.Op("Conv", [x, c.InResultType("weight"), c.OptionalInResultType("bias")], [.. attributes, .. KernelShape(c)]));
    }

    private static Value Transposed(OperatorCall c, string input, long groups)
    {
        int spatial = Spatial(c);
        long[] padding = c.Ints("padding", spatial);
        var attributes = new List<AttributeProto>
        {
            Attr.From("dilations", c.Ints("dilation", spatial)),
            Attr.From("group", groups),
            Attr.From("output_padding", c.Ints("output_padding", spatial)),
            Attr.From("pads", Both(padding)),
            Attr.From("strides", c.Ints("stride", spatial)),
        };
        return Batched(c, input, x => c.B.Op("ConvTranspose", [x, c.InResultType("weight"), c.OptionalInResultType("bias")], [.. attributes, .. KernelShape(c)]));
    }

    private static Value Batched(OperatorCall c, string input, Func<Value, Value> convolve)
    {
        var x = c.InResultType(input);
        return c.Real(input).Rank == Spatial(c) + 2 ? convolve(x) : c.B.Squeeze(convolve(c.B.Unsqueeze(x, 0)), 0);
    }

    private static AttributeProto[] KernelShape(OperatorCall c)
    {
        var weight = c.Real("weight");
        return weight.IsStatic ? [Attr.From("kernel_shape", weight.StaticSizes("the weight")[2..])] : [];
    }

    private static long[] Ones(int count)
    {
        long[] ones = new long[count];
        Array.Fill(ones, 1);
        return ones;
    }

    // Time, batch, channels; the weight is [width, in, out].
    private static Value TimeBatchChannel(OperatorCall c)
    {
        long pad = c.Int("pad");
        var x = c.B.Transpose(c.InResultType("self"), 1, 2, 0);
        var weight = c.B.Transpose(c.InResultType("weight"), 2, 1, 0);
        var y = c.B.Op("Conv", [x, weight, c.InResultType("bias")], Attr.From("pads", [pad, pad]));
        return c.B.Transpose(y, 2, 0, 1);
    }
}
