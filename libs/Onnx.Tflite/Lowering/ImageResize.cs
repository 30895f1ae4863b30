using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Which Resize modes the image kernels compute exactly. They know sizes only, so the scale must be their quotient.</summary>
internal static class ImageResize
{
    public static ResizeNearestNeighborOptions? NearestOptions(ResizePlan plan)
    {
        if (!HasTrueScales(plan))
        {
            return null;
        }

        // Sources are compared one by one: rounding at ties differs between the modes.
        ResizeNearestNeighborOptions[] candidates = [new(false, false), new(false, true), new(true, false)];
        return Array.Find(candidates, options => plan.Changed.All(axis => Enumerable.Range(0, (int)plan.Output[axis].Value)
            .All(i => KernelSource(options, (int)plan.Input[axis].Value, (int)plan.Output[axis].Value, i) == plan.NearestSources(axis)[i]))
            && Enumerable.Range(2, 2).Except(plan.Changed).All(axis => IsNeutral(options, plan, axis)));
    }

    public static ResizeBilinearOptions? BilinearOptions(ResizePlan plan)
    {
        if (plan.Mode != "linear" || plan.Antialias || plan.Outside(2).Count + plan.Outside(3).Count > 0)
        {
            return null;
        }

        ResizeBilinearOptions? options = plan.Transform switch
        {
            "half_pixel" => new(false, true),
            "pytorch_half_pixel" when plan.Output[2] != 1 && plan.Output[3] != 1 => new(false, true),
            "align_corners" => new(true, false),
            "asymmetric" => new(false, false),
            _ => null,
        };
        bool known = plan.Output[2].IsKnown && plan.Output[3].IsKnown && plan.Input[2].IsKnown && plan.Input[3].IsKnown;
        return options is null || (known && !HasTrueScales(plan)) || (!known && plan.Transform == "pytorch_half_pixel") ? null : options;
    }

    // Positions computed from the node's scales must be those that follow from the sizes.
    private static bool HasTrueScales(ResizePlan plan)
    {
        foreach (int axis in plan.Changed)
        {
            if (!plan.Input[axis].IsKnown || !plan.Output[axis].IsKnown)
            {
                return false;
            }

            if (plan.Transform is "align_corners" or "tf_crop_and_resize")
            {
                continue;
            }

            double fromSizes = (double)plan.Input[axis].Value / plan.Output[axis].Value;
            int last = (int)plan.Output[axis].Value - 1;
            double fromScales = last == 0 ? fromSizes : (plan.Source(axis, last) - plan.Source(axis, 0)) / last;
            if (Math.Abs(fromSizes - fromScales) > 1e-6 * fromSizes)
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsNeutral(ResizeNearestNeighborOptions options, ResizePlan plan, int axis) =>
        Enumerable.Range(0, (int)plan.Output[axis].ValueOrMinusOne).All(i => KernelSource(options, (int)plan.Input[axis].Value, (int)plan.Output[axis].Value, i) == i);

    // As the kernel computes it, in float32.
    private static int KernelSource(ResizeNearestNeighborOptions options, int input, int output, int i)
    {
        float scale = options.AlignCorners && output > 1 ? (input - 1) / (float)(output - 1) : input / (float)output;
        float offset = options.HalfPixelCenters ? 0.5f : 0;
        float position = (i + offset) * scale;
        int at = options.AlignCorners ? (int)MathF.Round(position, MidpointRounding.AwayFromZero) : (int)MathF.Floor(position);
        return Math.Max(Math.Min(at, input - 1), 0);
    }
}
