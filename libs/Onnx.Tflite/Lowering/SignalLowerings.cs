using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Lowering;

/// <summary>Fourier transforms as products with constant matrices of cosines and sines.</summary>
internal static class SignalLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("DFT", Dft) { Opsets = "17-21", Builtins = "FULLY_CONNECTED, PAD, SLICE, RESHAPE, TRANSPOSE, CONCATENATION", Limits = "constant length and axis" },
        new("STFT", Stft) { Opsets = "17-21", Builtins = "GATHER, MUL, FULLY_CONNECTED, RESHAPE, TRANSPOSE", Limits = "constant step and length" },
    ];

    private static void Dft(LoweringNode n)
    {
        var x = n.In(0);
        int axis = n.Axis(n.Has(2) ? n.RequiredInts(2, "the axis")[0] : -2, x.Rank);
        var output = n.OutShape(0);
        bool inverse = n.Node.Int("inverse", 0) != 0, oneSided = n.Node.Int("onesided", 0) != 0;
        if (!x.Shape[axis].IsKnown || !output[axis].IsKnown || (inverse && oneSided))
        {
            throw n.Dynamic("a transform of open length");
        }

        long length = n.Has(1) ? n.RequiredInts(1, "the length")[0] : x.Shape[axis].Value;
        var data = Fitted(n, x, axis, length);
        long bins = output[axis].Value;
        bool real = x.Shape[^1] == 1;
        float[] matrix = FourierMatrix.Of(length, bins, inverse, real);
        // [.., axis, .., parts] -> [.., axis * parts] times the matrix -> [.., bins * 2] and back.
        int[] order = [.. Enumerable.Range(0, x.Rank - 1).Where(i => i != axis), axis, x.Rank - 1];
        var moved = n.B.Transpose(data, order);
        SymInt[] outer = moved.Shape[..^2];
        var rows = n.B.Reshape(moved, [.. outer, length * (real ? 1 : 2)]);
        var spectrum = n.B.FullyConnected(rows.Rank == 1 ? n.B.Reshape(rows, [1, rows.Shape[0]]) : rows, n.B.Floats([bins * 2, length * (real ? 1 : 2)], matrix), null);
        var parted = n.B.Reshape(spectrum, [.. outer, bins, 2]);
        int[] back = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            back[order[i]] = i;
        }

        n.Out(0, n.B.Transpose(parted, back));
    }

    private static Tensor Fitted(LoweringNode n, Tensor x, int axis, long length)
    {
        var after = new SymInt[x.Rank];
        after[axis] = Math.Max(length - x.Shape[axis].Value, 0);
        return n.B.Slice(n.B.Pad(x, new SymInt[x.Rank], after), axis, 0, length);
    }

    private static void Stft(LoweringNode n)
    {
        var signal = n.In(0);
        long step = n.RequiredInts(1, "the frame step")[0];
        var output = n.OutShape(0);
        if (!signal.IsStatic || !Array.TrueForAll(output, dim => dim.IsKnown))
        {
            throw n.Dynamic("a transform of open length");
        }

        long length = n.Has(3) ? n.RequiredInts(3, "the frame length")[0] : n.Fact(2).Shape![0].Value;
        long frames = output[1].Value, bins = output[2].Value;
        bool real = signal.Rank == 2 || signal.Shape[^1] == 1;
        var samples = signal.Rank == 2 ? n.B.Reshape(signal, [.. signal.Shape, 1]) : signal;
        int[] picks = [.. Enumerable.Range(0, (int)(frames * length)).Select(i => (int)((i / length * step) + (i % length)))];
        var cut = n.B.Reshape(n.B.Gather(samples, n.B.Int32s(picks), 1), [samples.Shape[0], frames, length, samples.Shape[2]]);
        var windowed = n.Optional(2) is { } window ? n.B.Times(cut, n.B.Reshape(window, [1, 1, length, 1])) : cut;
        var rows = n.B.Reshape(windowed, [samples.Shape[0], frames, length * (real ? 1 : 2)]);
        var matrix = n.B.Floats([bins * 2, length * (real ? 1 : 2)], FourierMatrix.Of(length, bins, inverse: false, real));
        n.Out(0, n.B.Reshape(n.B.FullyConnected(rows, matrix, null), output));
    }
}
