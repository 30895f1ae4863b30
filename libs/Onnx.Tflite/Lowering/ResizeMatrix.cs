using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Lowering;

/// <summary>Sampling of one axis as a product with a constant matrix.</summary>
internal static class ResizeMatrix
{
    public static Tensor Multiply(LoweringNode n, Tensor x, int axis, float[] weights, ResizePlan plan)
    {
        long size = x.Shape[axis].Value, resized = plan.Output[axis].Value;
        var matrix = n.B.Floats([resized, size], weights);
        float[]? fill = plan.Outside(axis).Count > 0 && plan.Extrapolation != 0 ? Filling(plan, axis, (int)resized) : null;
        var bias = fill is null ? null : n.B.Floats([resized], fill);
        return n.B.OnLastAxis(x, axis, moved => n.B.FullyConnected(moved, matrix, bias));
    }

    private static float[] Filling(ResizePlan plan, int axis, int length)
    {
        float[] fill = new float[length];
        foreach (int i in plan.Outside(axis))
        {
            fill[i] = (float)plan.Extrapolation;
        }

        return fill;
    }
}
