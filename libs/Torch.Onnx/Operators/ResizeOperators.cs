using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Images resized and sampled.</summary>
internal static class ResizeOperators
{
    private const int GridOpset = 20;
    private const int AntialiasOpset = 18;

    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("upsample_nearest1d upsample_nearest1d.vec upsample_nearest2d upsample_nearest2d.vec upsample_nearest3d upsample_nearest3d.vec", "Resize, Gather", c => Resize(c, ResizeMode.Nearest)),
        Of("_upsample_nearest_exact1d _upsample_nearest_exact1d.vec _upsample_nearest_exact2d _upsample_nearest_exact2d.vec _upsample_nearest_exact3d _upsample_nearest_exact3d.vec", "Resize, Gather", c => Resize(c, ResizeMode.NearestExact)),
        Of("upsample_linear1d upsample_linear1d.vec upsample_bilinear2d upsample_bilinear2d.vec upsample_trilinear3d upsample_trilinear3d.vec", "Resize, MatMul", c => Resize(c, ResizeMode.Linear)),
        Of("upsample_bicubic2d upsample_bicubic2d.vec", "Resize, MatMul", c => Resize(c, ResizeMode.Cubic)),
        Of("_upsample_bilinear2d_aa _upsample_bilinear2d_aa.vec", "MatMul, Resize", c => Antialiased(c, ResizeMode.Linear)),
        Of("_upsample_bicubic2d_aa _upsample_bicubic2d_aa.vec", "MatMul, Resize", c => Antialiased(c, ResizeMode.Cubic)),
        Of("grid_sampler", "GridSample", GridSample),
        Of("grid_sampler_2d grid_sampler_3d", "GridSample", GridSample),
        Of("affine_grid_generator", "MatMul, AffineGrid", AffineGrid),
    ];

    private static string InputName(OperatorCall c) => c.Schema.Arguments[0].Name;

    private static bool AlignsCorners(OperatorCall c) => c.Schema.Find("align_corners") is not null && c.Bool("align_corners");

    /// <summary>Factors given for the spatial axes; null where only sizes count.</summary>
    private static double?[] Scales(OperatorCall c, int spatial)
    {
        if (c.Schema.Find("scale_factors") is not null)
        {
            double[]? factors = c.OptionalFloats("scale_factors");
            return [.. Enumerable.Range(0, spatial).Select(i => factors?[i])];
        }

        string[] names = spatial == 1 ? ["scales"] : spatial == 2 ? ["scales_h", "scales_w"] : ["scales_d", "scales_h", "scales_w"];
        return Array.ConvertAll(names, c.OptionalFloat);
    }

    private static Value Resize(OperatorCall c, ResizeMode mode)
    {
        var tensor = c.Real(InputName(c));
        int spatial = tensor.Rank - 2;
        var scales = Scales(c, spatial);
        bool isStatic = tensor.Sizes[2..].All(size => size.IsStatic) && c.Result.Sizes[2..].All(size => size.IsStatic);
        if (!isStatic)
        {
            return ByOperator(c, tensor, mode, Array.TrueForAll(scales, scale => scale is not null) ? Array.ConvertAll(scales, scale => (float)scale!) : null);
        }

        var axes = new ResizeAxis[spatial];
        for (int i = 0; i < spatial; i++)
        {
            // PyTorch copies an axis that keeps its size, whatever the factor, when it interpolates linearly.
            bool isCopy = mode == ResizeMode.Linear && tensor.Sizes[i + 2] == c.Result.Sizes[i + 2];
            axes[i] = new ResizeAxis(mode, tensor.Sizes[i + 2].Value, c.Result.Sizes[i + 2].Value, isCopy ? null : scales[i], AlignsCorners(c));
        }

        // Given factors that are exactly those of the sizes need not be told apart.
        bool sizesDo = Array.TrueForAll(axes, axis => axis.AlignCorners || axis.Scale is null || axis.Scale * axis.Input == axis.Output);
        if (sizesDo && Array.TrueForAll(axes, axis => axis.FitsOperator((float)axis.Output / axis.Input) || mode is ResizeMode.Linear or ResizeMode.Cubic))
        {
            return ByOperator(c, tensor, mode, null);
        }

        float[] factors = Array.ConvertAll(axes, axis => (float)(axis.Scale ?? ((double)axis.Output / axis.Input)));
        // Runtimes copy where no size changes; PyTorch goes by the factors all the same.
        bool isCopied = Array.TrueForAll(axes, axis => axis.Input == axis.Output);
        return !isCopied && axes.Zip(factors).All(pair => pair.First.FitsOperator(pair.Second))
            ? ByOperator(c, tensor, mode, factors)
            : ByAxes(c, tensor, axes, mode is ResizeMode.Nearest or ResizeMode.NearestExact ? null : axis => axis.Weights());
    }

    private static Value ByOperator(OperatorCall c, Tensor tensor, ResizeMode mode, float[]? scales, bool antialias = false)
    {
        var b = c.B;
        // One spatial dimension more: runtimes resize images, not lines.
        bool isLine = tensor.Rank == 3;
        var x = isLine ? b.Unsqueeze(tensor.Value, 2) : tensor.Value;
        Value? factors = null;
        Value? sizes = null;
        if (scales is not null)
        {
            double[] all = [1, 1, .. isLine ? [1.0] : Array.Empty<double>(), .. scales.Select(scale => (double)scale)];
            factors = b.Constants.Numbers(DataType.Float, [all.Length], all);
        }
        else
        {
            var numbers = c.Sizes.NumbersOf(c.Result.Sizes);
            sizes = c.Sizes.ShapeOf(isLine ? [numbers[0], numbers[1], 1, numbers[2]] : numbers);
        }

        var y = b.Op("Resize", [x, null, factors, sizes], Attributes(mode, AlignsCorners(c), antialias));
        return isLine ? b.Squeeze(y, 2) : y;
    }

    private static AttributeProto[] Attributes(ResizeMode mode, bool alignCorners, bool antialias) =>
    [
        Attr.From("mode", mode switch { ResizeMode.Linear => "linear", ResizeMode.Cubic => "cubic", _ => "nearest" }),
        Attr.From("coordinate_transformation_mode", mode == ResizeMode.Nearest ? "asymmetric" : alignCorners ? "align_corners" : "half_pixel"),
        .. mode == ResizeMode.Nearest ? [Attr.From("nearest_mode", "floor")] : Array.Empty<AttributeProto>(),
        .. mode == ResizeMode.NearestExact ? [Attr.From("nearest_mode", "round_prefer_ceil")] : Array.Empty<AttributeProto>(),
        .. mode == ResizeMode.Cubic ? [Attr.From("cubic_coeff_a", antialias ? -0.5f : -0.75f)] : Array.Empty<AttributeProto>(),
        .. antialias ? [Attr.From("antialias", 1)] : Array.Empty<AttributeProto>(),
    ];

    // Axis by axis: rows of a constant matrix mix pixels, or constant positions pick them.
    private static Value ByAxes(OperatorCall c, Tensor tensor, ResizeAxis[] axes, Func<ResizeAxis, double[]>? weights)
    {
        var b = c.B;
        var x = tensor.Value;
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = i + 2;
            if (weights is null)
            {
                long[] sources = axes[i].Sources();
                x = b.Gather(x, b.Constants.Integers([sources.Length], sources), axis);
                continue;
            }

            ConstantPool.CheckCount(checked(axes[i].Input * axes[i].Output));
            var matrix = b.Transpose(b.Constants.Numbers(x.Type, [axes[i].Output, axes[i].Input], weights(axes[i])), 1, 0);
            x = b.Swap(b.Op("MatMul", b.Swap(x, tensor.Rank, axis, tensor.Rank - 1), matrix), tensor.Rank, axis, tensor.Rank - 1);
        }

        return x;
    }

    private static Value Antialiased(OperatorCall c, ResizeMode mode)
    {
        var tensor = c.Real(InputName(c));
        var scales = Scales(c, 2);
        bool isStatic = tensor.Sizes[2..].All(size => size.IsStatic) && c.Result.Sizes[2..].All(size => size.IsStatic);
        if (!isStatic)
        {
            return c.B.Opset < AntialiasOpset ? throw LoweringException.Opset("antialiased resizing", AntialiasOpset) : ByOperator(c, tensor, mode, null, antialias: true);
        }

        ResizeAxis[] axes = [.. Enumerable.Range(0, 2).Select(i => new ResizeAxis(mode, tensor.Sizes[i + 2].Value, c.Result.Sizes[i + 2].Value, scales[i], AlignsCorners(c)))];
        return ByAxes(c, tensor, axes, axis => axis.AntialiasedWeights());
    }

    private static Value GridSample(OperatorCall c)
    {
        bool isVolume = c.Real("input").Rank == 5;
        if (isVolume && c.B.Opset < GridOpset)
        {
            throw LoweringException.Opset("sampling volumes", GridOpset);
        }

        string mode = (c.Int("interpolation_mode"), c.B.Opset >= GridOpset) switch
        {
            (0, true) => "linear",
            (0, false) => "bilinear",
            (1, _) => "nearest",
            (2, true) => "cubic",
            (2, false) => "bicubic",
            var (other, _) => throw LoweringException.Malformed($"the interpolation mode is {other}"),
        };
        string padding = c.Int("padding_mode") switch { 0 => "zeros", 1 => "border", 2 => "reflection", var other => throw LoweringException.Malformed($"the padding mode is {other}") };
        return c.B.Op(
            "GridSample",
            [c.In("input"), c.InResultType("grid")],
            Attr.From("mode", mode),
            Attr.From("padding_mode", padding),
            Attr.From("align_corners", c.Bool("align_corners") ? 1 : 0));
    }

    private static Value AffineGrid(OperatorCall c)
    {
        var b = c.B;
        var size = c.Numbers("size");
        var theta = c.Real("theta");
        if (Array.Exists(size[2..], number => !number.IsConstant))
        {
            return b.Opset < GridOpset
                ? throw LoweringException.Opset("affine grids of dynamic size", GridOpset)
                : b.Op("AffineGrid", [theta.Value, c.Sizes.ShapeOf(size)], Attr.From("align_corners", c.Bool("align_corners") ? 1 : 0));
        }

        long[] spatial = Array.ConvertAll(size[2..], number => number.Integer);
        long count = spatial.Aggregate(1L, (product, length) => checked(product * length));
        ConstantPool.CheckCount(checked(count * (spatial.Length + 1)));
        double[] points = new double[count * (spatial.Length + 1)];
        for (long i = 0; i < count; i++)
        {
            long rest = i;
            for (int axis = spatial.Length - 1; axis >= 0; axis--)
            {
                // Coordinates are listed from the last dimension on: x, y, z.
                points[(i * (spatial.Length + 1)) + spatial.Length - 1 - axis] = Coordinate(rest % spatial[axis], spatial[axis], c.Bool("align_corners"));
                rest /= spatial[axis];
            }

            points[(i * (spatial.Length + 1)) + spatial.Length] = 1;
        }

        var grid = b.Op("MatMul", b.Constants.Numbers(theta.Value.Type, [count, spatial.Length + 1], points), b.Transpose(theta.Value, 0, 2, 1));
        return b.Reshape(grid, [0, .. spatial, spatial.Length]);
    }

    private static double Coordinate(long index, long length, bool alignCorners) => alignCorners
        ? (length > 1 ? ((2.0 * index) / (length - 1)) - 1 : 0)
        : (((2.0 * index) + 1) / length) - 1;
}
