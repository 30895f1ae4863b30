using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Lowering;

/// <summary>BatchNormalization with training_mode=1: statistics of the batch itself, and the running ones moved towards them.</summary>
internal static class BatchNormalizationTraining
{
    public static void Lower(LoweringNode n, Tensor x, double epsilon)
    {
        int[] axes = [0, .. Enumerable.Range(2, Math.Max(x.Rank - 2, 0))];
        double momentum = n.Node.Float("momentum", 0.9f);
        var mean = n.B.Mean(x, axes);
        var centred = n.B.Minus(x, mean);
        var variance = n.B.Mean(n.B.Square(centred), axes);
        var normal = n.B.Times(centred, n.B.Rsqrt(n.B.Plus(variance, epsilon)));
        var scaled = n.B.Times(normal, NormalizationLowerings.PerChannel(n, x, n.In(1)));
        n.Out(0, n.B.Plus(scaled, NormalizationLowerings.PerChannel(n, x, n.In(2))));
        n.Out(1, Running(n, mean, n.In(3), momentum));
        n.Out(2, Running(n, variance, n.In(4), momentum));
    }

    private static Tensor Running(LoweringNode n, Tensor current, Tensor before, double momentum) =>
        n.B.Plus(n.B.Times(before, momentum), n.B.Times(n.B.Reshape(current, before.Shape), 1 - momentum));
}
