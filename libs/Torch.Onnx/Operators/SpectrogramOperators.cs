using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Short-time Fourier transforms: convolutions with windowed waves, so that signals may have any length.</summary>
internal static class SpectrogramOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("stft stft.center", "Conv, Reshape, Transpose", Forward),
        Of("istft", "ConvTranspose, Div, Slice", Backward),
    ];

    private static Value Forward(OperatorCall c)
    {
        var b = c.B;
        var signal = c.Real("self");
        long size = Checked(c.Int("n_fft"));
        bool isOneSided = !c.Has("onesided") || c.Bool("onesided");
        long bins = isOneSided ? (size / 2) + 1 : size;
        if (c.Has("align_to_window") && c.Bool("align_to_window"))
        {
            throw LoweringException.Argument("frames aligned to the window are not mapped");
        }

        var x = signal.Rank == 1 ? b.Unsqueeze(signal.Value, 0) : signal.Value;
        x = b.Unsqueeze(b.Cast(x, c.ResultType()), 1);
        if (c.Schema.Find("center") is not null && c.Bool("center"))
        {
            x = Padded(c, x, size / 2);
        }

        double scale = c.Bool("normalized") ? 1 / Math.Sqrt(size) : 1;
        var waves = b.Mul(Waves(b, x.Type, size, bins, (isSine, bin, i) => (isSine ? -scale : scale) * FourierTables.Wave(isSine, bin * i, size)), Window(c, x.Type, size));
        var frames = b.Op("Conv", [x, waves], Attr.From("strides", [Hop(c, size)]), Attr.From("kernel_shape", [size]));
        var pairs = b.Transpose(b.Reshape(frames, 0, 2, bins, -1), 0, 2, 3, 1);
        return signal.Rank == 1 ? b.Squeeze(pairs, 0) : pairs;
    }

    private static Value Backward(OperatorCall c)
    {
        var b = c.B;
        var spectrum = c.Tensor("self");
        long size = Checked(c.Int("n_fft"));
        bool isOneSided = !c.Has("onesided") || c.Bool("onesided");
        long bins = isOneSided ? (size / 2) + 1 : size;
        if (!spectrum.IsComplex || c.Bool("return_complex"))
        {
            throw CallOperands.Complex();
        }

        var pairs = spectrum.Rank == 2 ? b.Unsqueeze(spectrum.Value, 0) : spectrum.Value;
        var x = b.Reshape(b.Transpose(pairs, 0, 3, 1, 2), 0, 2 * bins, -1);
        double scale = (c.Bool("normalized") ? Math.Sqrt(size) : 1) / size;
        var window = Window(c, x.Type, size);
        var waves = b.Mul(
            Waves(b, x.Type, size, bins, (isSine, bin, i) => (isSine ? -scale : scale) * (isOneSided ? FourierTables.Weight(bin, size) : 1) * FourierTables.Wave(isSine, bin * i, size)),
            window);
        var summed = b.Op("ConvTranspose", [x, waves], Attr.From("strides", [Hop(c, size)]));
        var ones = b.Expand(b.Like(x, 1), c.Sizes.ShapeOf(1, 1, c.Sizes.SizeOf(spectrum, spectrum.Rank - 1)));
        var weight = b.Op("ConvTranspose", [ones, b.Reshape(b.Square(window), 1, 1, size)], Attr.From("strides", [Hop(c, size)]));
        return Trimmed(c, b.Div(summed, weight), size, spectrum.Rank == 2);
    }

    private static Value Trimmed(OperatorCall c, Value signal, long size, bool isSingle)
    {
        long start = c.Bool("center") ? size / 2 : 0;
        long end = c.OptionalInt("length") is { } length ? start + length : start > 0 ? -start : long.MaxValue;
        var trimmed = c.B.Slice(signal, 2, start, end);
        return isSingle ? c.B.Squeeze(trimmed, 0, 1) : c.B.Squeeze(trimmed, 1);
    }

    private static long Checked(long size) => size is > 0 and <= ImportLimits.SyntheticElements ? size : throw LoweringException.Malformed($"frames of {size} elements");

    private static long Hop(OperatorCall c, long size) => c.OptionalInt("hop_length") ?? size / 4;

    // Kernels [2 * bins, 1, size]: cosines, then sines.
    private static Value Waves(OnnxBuilder b, DataType type, long size, long bins, Func<bool, long, long, double> wave)
    {
        ConstantPool.CheckCount(checked(2 * bins * size));
        double[] values = new double[2 * bins * size];
        for (long row = 0; row < 2 * bins; row++)
        {
            for (long i = 0; i < size; i++)
            {
                values[(row * size) + i] = wave(row >= bins, row % bins, i);
            }
        }

        return b.Constants.Numbers(type, [2 * bins, 1, size], values);
    }

    // A shorter window lies in the middle of the frame.
    private static Value Window(OperatorCall c, DataType type, long size)
    {
        var b = c.B;
        long length = c.OptionalInt("win_length") ?? size;
        var window = c.Has("window") ? b.Cast(c.In("window"), type) : b.Expand(b.Const(type, 1), b.Constants.Integers(length));
        if (length == size)
        {
            return window;
        }

        long left = (size - length) / 2;
        return b.Op("Pad", window, b.Constants.Integers(left, size - length - left), b.Const(type, 0));
    }

    private static Value Padded(OperatorCall c, Value x, long width)
    {
        string mode = c.Text("pad_mode") switch
        {
            "reflect" => "reflect",
            "constant" => "constant",
            "replicate" => "edge",
            var other => throw LoweringException.Argument($"frames padded by '{other}' are not mapped"),
        };
        return c.B.Op("Pad", [x, c.B.Constants.Integers(0, 0, width, 0, 0, width)], Attr.From("mode", mode));
    }
}
