using Onnx.Model.Analysis;
using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Reads pixels of images at computed integer positions: all images as one table of pixels.</summary>
internal sealed class ImageSampler
{
    private readonly GraphBuilder _b;
    private readonly Tensor _pixels;

    private ImageSampler(GraphBuilder b, Tensor pixels, int height, int width)
    {
        (_b, _pixels, Height, Width) = (b, pixels, height, width);
    }

    public int Height { get; }

    public int Width { get; }

    /// <summary>Takes images [N, C, H, W] apart into pixels [N*H*W, C].</summary>
    public static ImageSampler Of(LoweringNode n, Tensor images)
    {
        if (images.Rank != 4 || !images.Shape[2].IsKnown || !images.Shape[3].IsKnown)
        {
            throw n.Dynamic($"{n.Node.OpType} needs images of known size");
        }

        var last = n.B.Transpose(images, [0, 2, 3, 1]);
        var pixels = n.B.Reshape(last, [SymInt.Product(last.Shape.AsSpan(0, 3)), last.Shape[3]]);
        return new ImageSampler(n.B, pixels, (int)images.Shape[2].Value, (int)images.Shape[3].Value);
    }

    /// <summary>Pixels at row y and column x of the image that starts at row <paramref name="start"/> of the table; positions are whole floats inside.</summary>
    /// <returns>The shape of the positions, and channels.</returns>
    public Tensor Read(Tensor start, Tensor y, Tensor x)
    {
        var position = _b.Plus(_b.Cast(_b.Plus(_b.Times(y, Width), x), TensorType.Int32), start);
        return _b.Gather(_pixels, position, 0);
    }
}
