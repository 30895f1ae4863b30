namespace Onnx.Model.Analysis.Rules;

/// <summary>Fourier transforms; the last axis holds real and imaginary part.</summary>
internal static class SignalRules
{
    public static void Dft(InferenceNode n)
    {
        var shape = n.Shape(0).ToArray();
        int axis = n.Ints(2) is [var given] ? n.Axis(given, shape.Length) : n.Has(2) ? throw n.Invalid("the axis is not known") : shape.Length - 2;
        if (n.Has(1))
        {
            shape[axis] = n.Elements(1) is [var length] ? length : SymInt.DataDependent($"{n.Node.Output(0)}.{axis}");
        }

        bool inverse = n.Node.Int("inverse", 0) != 0;
        if (n.Node.Int("onesided", 0) != 0)
        {
            shape[axis] = inverse ? (shape[axis] - 1) * 2 : SymInt.FloorDivide(shape[axis], 2) + 1;
        }

        shape[^1] = inverse && n.Node.Int("onesided", 0) != 0 ? 1 : 2;
        n.Out(0, n.Type(0), shape);
    }

    public static void Stft(InferenceNode n)
    {
        var signal = n.Shape(0);
        var length = n.Elements(3) is [var given] ? given : n.Has(2) ? n.Shape(2)[0] : SymInt.DataDependent($"{n.Node.Output(0)}.length");
        var frames = n.Elements(1) is [{ IsKnown: true } step] ? SymInt.FloorDivide(signal[1] - length, step) + 1 : SymInt.DataDependent($"{n.Node.Output(0)}.frames");
        var bins = n.Node.Int("onesided", 1) != 0 ? SymInt.FloorDivide(length, 2) + 1 : length;
        n.Out(0, n.Type(0), [signal[0], frames, bins, 2]);
    }
}
