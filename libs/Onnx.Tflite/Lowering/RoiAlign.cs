using Onnx.Model.Analysis;
using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>RoiAlign: each region is sampled on a grid, bilinearly, and the samples of a cell are joined.</summary>
internal static class RoiAlign
{
    public static void Lower(LoweringNode n)
    {
        Tensor x = n.In(0), rois = n.In(1), batch = n.In(2);
        int outH = (int)n.Node.Int("output_height", 1), outW = (int)n.Node.Int("output_width", 1), ratio = (int)n.Node.Int("sampling_ratio", 0);
        if (ratio <= 0)
        {
            throw n.Unsupported("sampling_ratio 0: the number of samples would depend on each region", "set sampling_ratio");
        }

        if (!x.IsStatic || !rois.IsStatic)
        {
            throw n.Dynamic("RoiAlign needs known shapes");
        }

        var sampler = ImageSampler.Of(n, x);
        long count = rois.Dims[0];
        // [R, outH*ratio, 1] and [R, 1, outW*ratio]
        var rows = n.B.Reshape(Positions(n, rois, 1, 3, outH, ratio), [count, outH * ratio, 1]);
        var columns = n.B.Reshape(Positions(n, rois, 0, 2, outW, ratio), [count, 1, outW * ratio]);
        var start = n.B.Reshape(n.B.Times(n.B.Cast(batch, TensorType.Int32), sampler.Height * sampler.Width), [count, 1, 1]);
        var terms = new List<Tensor>();
        foreach (var (y, yWeight) in Ends(n.B, rows, sampler.Height))
        {
            foreach (var (c, cWeight) in Ends(n.B, columns, sampler.Width))
            {
                terms.Add(n.B.Times(sampler.Read(start, y, c), n.B.Unsqueeze(n.B.Times(yWeight, cWeight), 3)));
            }
        }

        n.Out(0, Joined(n, terms, [count, outH, ratio, outW, ratio, x.Dims[1]]));
    }

    private static Tensor Joined(LoweringNode n, List<Tensor> terms, SymInt[] cells)
    {
        int[] samples = [2, 4];
        Tensor result;
        if (n.Node.Text("mode", "avg") == "avg")
        {
            result = n.B.Mean(n.B.Reshape(terms.Aggregate(n.B.Plus), cells), samples);
        }
        else
        {
            // The maximum is taken over the four weighted corners of each sample, not over their sum.
            result = n.B.Max(n.B.Reshape(terms.Aggregate((a, b) => n.B.Maximum(a, b)), cells), samples);
        }

        var cell = n.B.Reshape(result, [cells[0], cells[1], cells[3], cells[5]]);
        return n.B.Transpose(cell, [0, 3, 1, 2]);
    }

    // Sample positions along one axis: [R, cells * ratio].
    private static Tensor Positions(LoweringNode n, Tensor rois, int first, int last, int cells, int ratio)
    {
        bool half = n.Node.Text("coordinate_transformation_mode", "half_pixel") == "half_pixel";
        double scale = n.Node.Float("spatial_scale", 1), offset = half ? 0.5 : 0;
        var low = n.B.Minus(n.B.Times(n.B.Slice(rois, 1, first, 1), scale), offset);
        var high = n.B.Minus(n.B.Times(n.B.Slice(rois, 1, last, 1), scale), offset);
        var length = n.B.Minus(high, low);
        length = half ? length : n.B.Maximum(length, 1);
        float[] steps = [.. Enumerable.Range(0, cells * ratio).Select(i => (float)((i / ratio) + (((i % ratio) + 0.5) / ratio)))];
        return n.B.Plus(n.B.Times(n.B.Times(length, 1.0 / cells), n.B.Floats([1, steps.Length], steps)), low);
    }

    // Samples more than a pixel outside count nothing; the others are clamped to the image.
    private static (Tensor Position, Tensor Weight)[] Ends(GraphBuilder b, Tensor position, int size)
    {
        var counts = b.Cast(b.And(b.GreaterEqual(position, b.Float(-1)), b.LessEqual(position, b.Float(size))), TensorType.Float32);
        var inside = b.Minimum(b.Maximum(position, 0), size - 1);
        var low = b.Floor(inside);
        var share = b.Minus(inside, low);
        return [(low, b.Times(b.Minus(b.Float(1), share), counts)), (b.Minimum(b.Plus(low, 1), size - 1), b.Times(share, counts))];
    }
}
