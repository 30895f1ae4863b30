using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>What a GridSample reads outside of the image.</summary>
/// <param name="Mode">zeros, border or reflection.</param>
internal sealed record GridPadding(string Mode)
{
    /// <summary>Whether positions are brought inside before they are split into pixels.</summary>
    public bool Folds => Mode != "zeros";

    public static GridPadding Of(LoweringNode n)
    {
        string mode = n.Node.Text("padding_mode", "zeros");
        return mode is "zeros" or "border" or "reflection" ? new GridPadding(mode) : throw n.Unsupported($"padding_mode '{mode}'");
    }

    /// <summary>A position brought inside.</summary>
    public Tensor Fold(GraphBuilder b, Tensor position, int size, bool corners) => Clamp(b, Mode == "reflection" ? Reflect(b, position, size, corners) : position, size);

    /// <summary>A whole position inside the image, and its weight: nothing for pixels that do not exist.</summary>
    public (Tensor Position, Tensor? Weight) Settle(GraphBuilder b, Tensor position, Tensor? weight, int size, bool corners)
    {
        if (Folds)
        {
            return (Fold(b, position, size, corners), weight);
        }

        var exists = b.And(b.GreaterEqual(position, b.Float(0)), b.LessEqual(position, b.Float(size - 1)));
        var one = b.Cast(exists, TensorType.Float32);
        return (Clamp(b, position, size), weight is null ? one : b.Times(weight, one));
    }

    private static Tensor Clamp(GraphBuilder b, Tensor position, int size) => b.Minimum(b.Maximum(position, 0), size - 1);

    // Mirrored at the centres of the outer pixels with align_corners, at their outer edges without.
    private static Tensor Reflect(GraphBuilder b, Tensor position, int size, bool corners)
    {
        double low = corners ? 0 : -0.5, span = corners ? size - 1 : size;
        if (span == 0)
        {
            return b.Times(position, 0);
        }

        var distance = b.Abs(b.Minus(position, low));
        var rest = b.FloorMod(distance, b.Float(2 * span));
        return b.Plus(b.Minimum(rest, b.Minus(b.Float(2 * span), rest)), low);
    }
}
