namespace Onnx.Model.Analysis.Rules;

/// <summary>Resize's keep_aspect_ratio_policy: one scale for all axes.</summary>
internal static class AspectRatio
{
    public static void Apply(InferenceNode n, SymInt[] input, SymInt[] output, int[] axes, string policy)
    {
        if (Array.Exists(axes, axis => !input[axis].IsKnown || !output[axis].IsKnown))
        {
            throw n.Invalid("keep_aspect_ratio_policy needs known sizes");
        }

        var scales = axes.Select(axis => (float)output[axis].Value / input[axis].Value);
        float scale = policy switch
        {
            "not_larger" => scales.Min(),
            "not_smaller" => scales.Max(),
            _ => throw n.Invalid($"keep_aspect_ratio_policy '{policy}' does not exist"),
        };
        foreach (int axis in axes)
        {
            output[axis] = (long)MathF.Floor((scale * input[axis].Value) + 0.5f);
        }
    }
}
