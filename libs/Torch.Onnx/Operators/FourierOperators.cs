using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Fourier transforms over one or several dimensions.</summary>
internal static class FourierOperators
{
    private const string Onnx = "MatMul (DFT beyond 512 elements)";

    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("fft_fft fft_fft2 fft_fftn", Onnx, c => Complex(c, false)),
        Of("fft_ifft fft_ifft2 fft_ifftn", Onnx, c => Complex(c, true)),
        Of("fft_rfft fft_rfft2 fft_rfftn", Onnx, Real),
        Of("fft_irfft fft_irfft2 fft_irfftn", Onnx, c => Inverse(c, c.Tensor("self").Value)),
        Of("fft_hfft", Onnx, c => Hermitian(c)),
        Of("fft_ihfft", Onnx, InverseHermitian),
        Of("fft_fftshift", "Slice, Concat", c => Shift(c, size => size / 2)),
        Of("fft_ifftshift", "Slice, Concat", c => Shift(c, size => (size + 1) / 2)),
        Of("_fft_c2c", Onnx, c => Along(c, c.Tensor("self").Value, Plan(c), !c.Bool("forward"))),
        Of("_fft_r2c", Onnx, RealCore),
        Of("_fft_c2r", Onnx, InverseCore),
    ];

    private sealed record Axis(int Index, long Length, double Scale);

    private static Value Complex(OperatorCall c, bool isInverse)
    {
        var tensor = c.Tensor("self");
        var axes = Axes(c, isInverse);
        var x = Fitted(c, tensor, axes);
        return Along(c, tensor.IsComplex ? x : ComplexMath.Join(c.B, c.B.Cast(x, c.ResultType()), c.B.Cast(c.B.Mul(x, 0), c.ResultType()), tensor.Rank), axes, isInverse);
    }

    private static Value Along(OperatorCall c, Value pairs, IEnumerable<Axis> axes, bool isInverse)
    {
        int rank = c.Tensor("self").Rank;
        return axes.Aggregate(pairs, (x, axis) => new FourierTransform(c.B, rank, axis.Index, axis.Length).OfComplex(x, isInverse, axis.Scale));
    }

    private static Value Real(OperatorCall c)
    {
        var axes = Axes(c, false);
        return OfReal(c, c.B.Cast(Fitted(c, c.Real("self"), axes), c.ResultType()), axes, true);
    }

    // The last axis turns reals into half a spectrum; the others are complex then.
    private static Value OfReal(OperatorCall c, Value x, Axis[] axes, bool isOneSided)
    {
        var last = axes[^1];
        var spectrum = new FourierTransform(c.B, c.Real("self").Rank, last.Index, last.Length).OfReal(x, isOneSided, last.Scale);
        return Along(c, spectrum, axes[..^1], false);
    }

    private static Value Inverse(OperatorCall c, Value pairs) => ToReal(c, Pairs(c, pairs), Axes(c, true, isHalf: true));

    private static Value ToReal(OperatorCall c, Value pairs, Axis[] axes)
    {
        var tensor = c.Tensor("self");
        var last = axes[^1];
        var needed = axes.Select(axis => axis == last ? axis with { Length = (last.Length / 2) + 1 } : axis).ToArray();
        var spectrum = Along(c, Fitted(c, tensor with { Value = pairs }, needed), axes[..^1], true);
        return new FourierTransform(c.B, tensor.Rank, last.Index, last.Length).ToReal(spectrum, last.Scale);
    }

    private static Value Pairs(OperatorCall c, Value x)
    {
        int rank = c.Tensor("self").Rank;
        return c.Tensor("self").IsComplex ? x : ComplexMath.Join(c.B, c.InResultType("self"), c.B.Mul(c.InResultType("self"), 0), rank);
    }

    // A forward transform of a signal that is its own mirror image: the inverse of the conjugate, with the forward scale.
    private static Value Hermitian(OperatorCall c)
    {
        var pairs = Pairs(c, c.Tensor("self").Value);
        return ToReal(c, ComplexMath.Conjugate(c.B, pairs), Axes(c, false, isHalf: true));
    }

    private static Value InverseHermitian(OperatorCall c)
    {
        var axes = Axes(c, true);
        return ComplexMath.Conjugate(c.B, OfReal(c, c.B.Cast(Fitted(c, c.Real("self"), axes), c.ResultType()), axes, true));
    }

    private static Value RealCore(OperatorCall c) => OfReal(c, c.InResultType("self"), Plan(c), c.Bool("onesided"));

    private static Value InverseCore(OperatorCall c)
    {
        var tensor = c.Tensor("self");
        long[] dims = c.Dims("dim", tensor.Rank);
        long last = c.Int("last_dim_size");
        return ToReal(c, tensor.Value, [.. dims.Select(dim => Scaled(c, dim, dim == dims[^1] ? last : tensor.StaticSize((int)dim, "the signal"), c.Int("normalization")))]);
    }

    // The core operators: 0 no scale, 1 by the root of the length, 2 by the length.
    private static Axis[] Plan(OperatorCall c)
    {
        var tensor = c.Tensor("self");
        return [.. c.Dims("dim", tensor.Rank).Select(dim => Scaled(c, dim, tensor.StaticSize((int)dim, "the signal"), c.Int("normalization")))];
    }

    private static Axis Scaled(OperatorCall c, long dim, long length, long normalization) => new((int)dim, length, normalization switch
    {
        0 => 1,
        1 => 1 / Math.Sqrt(length),
        2 => 1.0 / length,
        _ => throw LoweringException.Malformed($"a transform's scale is {c.Int("normalization")}"),
    });

    private static Axis[] Axes(OperatorCall c, bool isInverse, bool isHalf = false)
    {
        var tensor = c.Tensor("self");
        bool isOne = c.Schema.Find("n") is not null;
        long[]? lengths = isOne ? (c.OptionalInt("n") is { } n ? [n] : null) : c.OptionalInts("s");
        long[] dims = isOne || c.Has("dim") ? c.Dims("dim", tensor.Rank)
            : [.. BuilderShapes.Order(tensor.Rank).Skip(lengths is null ? 0 : Math.Max(tensor.Rank - lengths.Length, 0))];
        if ((lengths is not null && lengths.Length != dims.Length) || dims.Length == 0)
        {
            throw LoweringException.Malformed("a transform's lengths and dimensions do not fit");
        }

        string norm = c.OptionalText("norm") ?? "backward";
        long scale = norm == "ortho" ? 1 : (norm == "backward") == isInverse ? 2 : 0;
        return [.. dims.Select((dim, i) => Scaled(c, dim, Length(tensor, (int)dim, lengths?[i] ?? -1, isHalf && i == dims.Length - 1), scale))];
    }

    private static long Length(Tensor tensor, int axis, long given, bool isHalf)
    {
        long length = given > 0 ? given : tensor.StaticSize(axis, "the signal");
        return given <= 0 && isHalf ? 2 * (length - 1) : length;
    }

    // Longer signals are cut, shorter ones continue with zeros.
    private static Value Fitted(OperatorCall c, Tensor tensor, Axis[] axes)
    {
        var b = c.B;
        var x = tensor.Value;
        foreach (var axis in axes)
        {
            long size = tensor.StaticSize(axis.Index, "the signal");
            if (axis.Length < size)
            {
                x = b.Slice(x, axis.Index, 0, axis.Length);
            }
            else if (axis.Length > size)
            {
                long[] pads = new long[2 * (tensor.Rank + (tensor.IsComplex ? 1 : 0))];
                pads[(pads.Length / 2) + axis.Index] = axis.Length - size;
                x = b.Op("Pad", x, b.Constants.Integers(pads), b.Like(x, 0));
            }
        }

        return x;
    }

    private static Value Shift(OperatorCall c, Func<long, long> by)
    {
        var b = c.B;
        var tensor = c.Tensor("self");
        var x = tensor.Value;
        foreach (long dim in c.Has("dim") ? c.Dims("dim", tensor.Rank) : BuilderShapes.Order(tensor.Rank))
        {
            int axis = (int)dim;
            long size = tensor.StaticSize(axis, "the argument");
            long cut = size - by(size);
            x = cut <= 0 || cut == size ? x : b.Concat(axis, b.Slice(x, axis, cut, size), b.Slice(x, axis, 0, cut));
        }

        return x;
    }
}
