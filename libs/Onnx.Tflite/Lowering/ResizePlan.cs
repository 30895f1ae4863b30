using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Lowering;

/// <summary>What a Resize node asks for, with its parameters resolved: for each axis a size, a scale, and where each result element is read.</summary>
internal sealed class ResizePlan
{
    private readonly string _transform;
    private readonly string _nearest;
    private readonly bool _antialias;
    private readonly bool _excludeOutside;
    private readonly double _cubic;
    private readonly double[] _scales;
    private readonly double[] _roi;

    private ResizePlan(LoweringNode n, Tensor x, double[] scales, double[] roi)
    {
        Input = x.Shape;
        Output = n.OutShape(0);
        Mode = n.Node.Text("mode", "nearest");
        _transform = n.Node.Text("coordinate_transformation_mode", "half_pixel");
        _nearest = n.Node.Text("nearest_mode", "round_prefer_floor");
        _antialias = n.Node.Int("antialias", 0) != 0;
        _excludeOutside = n.Node.Int("exclude_outside", 0) != 0;
        _cubic = n.Node.Float("cubic_coeff_a", -0.75f);
        Extrapolation = n.Node.Float("extrapolation_value", 0);
        _scales = scales;
        _roi = roi;
    }

    public SymInt[] Input { get; }

    public SymInt[] Output { get; }

    /// <summary>nearest, linear or cubic.</summary>
    public string Mode { get; }

    /// <summary>What stands where nothing of the operand is read.</summary>
    public double Extrapolation { get; }

    public string Transform => _transform;

    public string NearestMode => _nearest;

    public bool Antialias => _antialias;

    /// <summary>Axes that are sampled anew.</summary>
    public IEnumerable<int> Changed => Enumerable.Range(0, Input.Length).Where(axis => Input[axis] != Output[axis] || (!Input[axis].IsKnown ? _scales[axis] != 1 : _scales[axis] != 1 || IsCropped(axis)));

    /// <summary>Whether only height and width of an image change.</summary>
    public bool IsImage => Input.Length == 4 && Changed.All(axis => axis >= 2);

    public static ResizePlan Of(LoweringNode n, Tensor x)
    {
        int rank = x.Rank;
        int[] axes = n.Node.Ints("axes") is { } given ? Array.ConvertAll(given, axis => n.Axis(axis, rank)) : [.. Enumerable.Range(0, rank)];
        var output = n.OutShape(0);
        var scales = Enumerable.Repeat(1.0, rank).ToArray();
        if (n.Has(3) && n.Fact(3).Count != 0)
        {
            // Sizes that are inputs are those of the result, which the model declares.
            if (n.Elements(3) is null && Array.Exists(output, dim => dim.IsDataDependent))
            {
                throw n.NotConstant("the sizes");
            }

            foreach (int axis in axes)
            {
                scales[axis] = output[axis].IsKnown && x.Shape[axis].IsKnown ? ScaleOf(output[axis].Value, x.Shape[axis].Value) : double.NaN;
            }

            KeepAspect(n, x, axes, scales);
        }
        else
        {
            double[] values = n.RequiredNumbers(2, "the scales");
            for (int i = 0; i < axes.Length; i++)
            {
                scales[axes[i]] = values[i];
            }
        }

        var plan = new ResizePlan(n, x, scales, Roi(n, axes, rank));
        plan.RefuseAmbiguousCorners(n);
        return plan;
    }

    /// <summary>The position in the operand that a result element stands at.</summary>
    public double Source(int axis, int i)
    {
        double size = Input[axis].Value, resized = Output[axis].Value, scale = _scales[axis];
        switch (_transform)
        {
            case "asymmetric": return i / scale;
            case "align_corners": return resized == 1 ? 0 : i * (size - 1) / (resized - 1);
            case "half_pixel": return ((i + 0.5) / scale) - 0.5;
            case "pytorch_half_pixel": return resized > 1 ? ((i + 0.5) / scale) - 0.5 : 0;
            case "tf_half_pixel_for_nn": return (i + 0.5) / scale;
            case "half_pixel_symmetric":
                double adjustment = resized / (size * scale);
                return (size / 2 * (1 - adjustment)) + (((i + 0.5) / scale) - 0.5);
            case "tf_crop_and_resize":
                double start = _roi[axis], end = _roi[axis + Input.Length];
                return resized > 1 ? (start * (size - 1)) + (i * (end - start) * (size - 1) / (resized - 1)) : 0.5 * (start + end) * (size - 1);
            default: throw new RefusedException(ReasonCode.UnsupportedAttribute, $"coordinate_transformation_mode '{_transform}'", "use half_pixel, asymmetric or align_corners");
        }
    }

    /// <summary>For nearest: the element that each result element is.</summary>
    public int[] NearestSources(int axis) => [.. Enumerable.Range(0, (int)Output[axis].Value).Select(i => (int)Math.Clamp(Nearest(Source(axis, i)), 0, Input[axis].Value - 1))];

    /// <summary>Result elements that lie outside of the operand and take the extrapolation value (tf_crop_and_resize).</summary>
    public IReadOnlyList<int> Outside(int axis) => _transform == "tf_crop_and_resize"
        ? [.. Enumerable.Range(0, (int)Output[axis].Value).Where(i => Source(axis, i) < 0 || Source(axis, i) > Input[axis].Value - 1)]
        : [];

    /// <summary>For nearest with elements outside: rows of zeros and one 1.</summary>
    public float[] NearestWeights(int axis)
    {
        int size = (int)Input[axis].Value;
        int[] sources = NearestSources(axis);
        float[] weights = new float[sources.Length * size];
        for (int i = 0; i < sources.Length; i++)
        {
            weights[(i * size) + sources[i]] = 1;
        }

        return Cleared(axis, weights, size);
    }

    /// <summary>For linear and cubic: the weight of each operand element in each result element, one row a result element.</summary>
    public float[] Weights(int axis)
    {
        int size = (int)Input[axis].Value, resized = (int)Output[axis].Value;
        float[] weights = new float[size * resized];
        for (int i = 0; i < resized; i++)
        {
            ResizeKernel.Of(Mode, _cubic, _antialias ? Math.Min(_scales[axis], 1) : 1, _excludeOutside).AddRow(weights.AsSpan(i * size, size), Source(axis, i));
        }

        return Cleared(axis, weights, size);
    }

    // With corners aligned and a scale that gives no whole size, the specification's text and its reference differ.
    private void RefuseAmbiguousCorners(LoweringNode n)
    {
        if (_transform == "align_corners" && Changed.Any(axis => Input[axis].IsKnown && Math.Abs((Input[axis].Value * _scales[axis]) - Output[axis].Value) > 1e-3))
        {
            throw n.Unsupported("align_corners with a scale that does not give a whole size", "give sizes instead of scales");
        }
    }

    private float[] Cleared(int axis, float[] weights, int size)
    {
        foreach (int i in Outside(axis))
        {
            weights.AsSpan(i * size, size).Clear();
        }

        return weights;
    }

    private double Nearest(double position) => _nearest switch
    {
        "floor" => Math.Floor(position),
        "ceil" => Math.Ceiling(position),
        "round_prefer_ceil" => Math.Floor(position + 0.5),
        "round_prefer_floor" => Math.Ceiling(position - 0.5),
        _ => throw new RefusedException(ReasonCode.UnsupportedAttribute, $"nearest_mode '{_nearest}'", "use floor or round_prefer_floor"),
    };

    private bool IsCropped(int axis) => _transform == "tf_crop_and_resize" && (_roi[axis] != 0 || _roi[axis + Input.Length] != 1);

    // The reference computes sizes from scales in float32; sizes given directly give the scale as a quotient of floats.
    private static double ScaleOf(long output, long input) => (float)output / input;

    private static void KeepAspect(LoweringNode n, Tensor x, int[] axes, double[] scales)
    {
        string policy = n.Node.Text("keep_aspect_ratio_policy", "stretch");
        if (policy == "stretch")
        {
            return;
        }

        long[] sizes = n.RequiredInts(3, "the sizes");
        var each = axes.Select((axis, i) => (double)((float)sizes[i] / x.Shape[axis].Value));
        double one = policy == "not_larger" ? each.Min() : each.Max();
        foreach (int axis in axes)
        {
            scales[axis] = one;
        }
    }

    private static double[] Roi(LoweringNode n, int[] axes, int rank)
    {
        double[] roi = [.. Enumerable.Repeat(0.0, rank), .. Enumerable.Repeat(1.0, rank)];
        if (n.Node.Text("coordinate_transformation_mode", "half_pixel") != "tf_crop_and_resize")
        {
            return roi;
        }

        double[] given = n.RequiredNumbers(1, "the regions");
        for (int i = 0; i < axes.Length; i++)
        {
            (roi[axes[i]], roi[axes[i] + rank]) = (given[i], given[i + axes.Length]);
        }

        return roi;
    }
}
