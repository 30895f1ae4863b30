using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>GridSample over images: every result pixel is a weighted sum of 1, 4 or 16 gathered ones.</summary>
internal static class GridSample
{
    public static void Lower(LoweringNode n)
    {
        Tensor x = n.In(0), grid = n.In(1);
        if (!x.IsStatic || !grid.IsStatic)
        {
            throw n.Dynamic("GridSample needs known shapes");
        }

        var sampler = ImageSampler.Of(n, x);
        var padding = GridPadding.Of(n);
        bool corners = n.Node.Int("align_corners", 0) != 0;
        Tensor column = Coordinate(n, grid, 0, sampler.Width, corners), row = Coordinate(n, grid, 1, sampler.Height, corners);
        var starts = n.B.Constant<int>(TensorType.Int32, [x.Dims[0], 1, 1], [.. Enumerable.Range(0, (int)x.Dims[0]).Select(i => i * sampler.Height * sampler.Width)]);
        var axes = (Axis(n, row, sampler.Height, corners, padding), Axis(n, column, sampler.Width, corners, padding));
        Tensor? sum = null;
        foreach (var (y, yWeight) in axes.Item1)
        {
            foreach (var (c, cWeight) in axes.Item2)
            {
                var pixel = sampler.Read(starts, y, c);
                var weight = yWeight is null ? cWeight : cWeight is null ? yWeight : n.B.Times(yWeight, cWeight);
                var term = weight is null ? pixel : n.B.Times(pixel, n.B.Unsqueeze(weight, 3));
                sum = sum is null ? term : n.B.Plus(sum, term);
            }
        }

        n.Out(0, n.B.Transpose(sum!, [0, 3, 1, 2]));
    }

    // [-1, 1] to pixels: -1 is the first pixel's centre with align_corners, its outer edge without.
    private static Tensor Coordinate(LoweringNode n, Tensor grid, int at, int size, bool corners)
    {
        var part = n.B.Squeeze(n.B.Slice(grid, 3, at, 1), 3);
        return corners ? n.B.Times(n.B.Plus(part, 1), (size - 1) / 2.0) : n.B.Times(n.B.Minus(n.B.Times(n.B.Plus(part, 1), size), 1), 0.5);
    }

    // Positions and weights along one axis.
    private static List<(Tensor Position, Tensor? Weight)> Axis(LoweringNode n, Tensor position, int size, bool corners, GridPadding padding)
    {
        var b = n.B;
        switch (n.Node.Text("mode", "linear"))
        {
            case "nearest":
                var folded = padding.Folds ? padding.Fold(b, position, size, corners) : position;
                return [padding.Settle(b, b.Unary(BuiltinOperator.Round, folded), null, size, corners)];
            case "linear":
                var inside = padding.Folds ? padding.Fold(b, position, size, corners) : position;
                var low = b.Floor(inside);
                var share = b.Minus(inside, low);
                return
                [
                    padding.Settle(b, low, b.Minus(b.Float(1), share), size, corners),
                    padding.Settle(b, b.Plus(low, 1), share, size, corners),
                ];
            case "cubic":
                return Cubic(b, position, size, corners, padding);
            case var other: throw n.Unsupported($"mode '{other}'");
        }
    }

    // Keys' kernel with a = -0.75, as PyTorch and ONNX Runtime use it.
    private static List<(Tensor Position, Tensor? Weight)> Cubic(GraphBuilder b, Tensor position, int size, bool corners, GridPadding padding)
    {
        const double A = -0.75;
        var low = b.Floor(position);
        var t = b.Minus(position, low);
        Tensor Near(Tensor d) => b.Plus(b.Times(b.Square(d), b.Minus(b.Times(d, A + 2), A + 3)), 1);
        Tensor Far(Tensor d) => b.Minus(b.Times(b.Plus(b.Times(b.Minus(b.Times(d, A), 5 * A), d), 8 * A), d), 4 * A);
        Tensor[] weights = [Far(b.Plus(t, 1)), Near(t), Near(b.Minus(b.Float(1), t)), Far(b.Minus(b.Float(2), t))];
        return [.. weights.Select((weight, i) => padding.Settle(b, b.Plus(low, i - 1), weight, size, corners))];
    }
}
