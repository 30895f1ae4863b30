using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Resize. What the image kernels do exactly is left to them; everything else is a product with a constant matrix for each axis.</summary>
internal static class ResizeLowerings
{
    public static IReadOnlyList<OperatorLowering> Table { get; } =
    [
        new("Resize", Resize) { Types = "float; integers for nearest", Builtins = "RESIZE_NEAREST_NEIGHBOR, RESIZE_BILINEAR, GATHER, FULLY_CONNECTED, TRANSPOSE", Limits = "constant scales or sizes" },
    ];

    private static void Resize(LoweringNode n)
    {
        var x = n.In(0);
        var plan = ResizePlan.Of(n, x);
        if (plan.Mode == "nearest")
        {
            n.Out(0, Nearest(n, x, plan));
        }
        else if (x.Type is not (TensorType.Float32 or TensorType.Float64))
        {
            throw new RefusedException(ReasonCode.UnsupportedType, $"{plan.Mode} interpolation of {x.Type.Name()}", "cast to float32 before");
        }
        else
        {
            n.Out(0, Interpolated(n, x, plan));
        }
    }

    private static Tensor Nearest(LoweringNode n, Tensor x, ResizePlan plan)
    {
        if (plan.IsImage && ImageResize.NearestOptions(plan) is { } options)
        {
            return n.B.ResizeNearest(x, options, plan.Output[2], plan.Output[3]);
        }

        var result = x;
        foreach (int axis in plan.Changed)
        {
            if (!x.Shape[axis].IsKnown || !plan.Output[axis].IsKnown)
            {
                throw n.Dynamic("resizing an open axis this way");
            }

            result = plan.Outside(axis).Count > 0
                ? ResizeMatrix.Multiply(n, result, axis, plan.NearestWeights(axis), plan)
                : n.B.Gather(result, n.B.Int32s(plan.NearestSources(axis)), axis);
        }

        return result;
    }

    private static Tensor Interpolated(LoweringNode n, Tensor x, ResizePlan plan)
    {
        if (plan.IsImage && ImageResize.BilinearOptions(plan) is { } options)
        {
            return n.B.Cast(n.B.ResizeBilinear(n.B.Cast(x, TensorType.Float32), options, plan.Output[2], plan.Output[3]), x.Type);
        }

        var result = n.B.Cast(x, TensorType.Float32);
        foreach (int axis in plan.Changed)
        {
            if (!x.Shape[axis].IsKnown || !plan.Output[axis].IsKnown)
            {
                throw n.Dynamic("resizing an open axis this way");
            }

            result = ResizeMatrix.Multiply(n, result, axis, plan.Weights(axis), plan);
        }

        return n.B.Cast(result, x.Type);
    }
}
