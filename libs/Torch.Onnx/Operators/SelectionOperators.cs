using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using Torch.Onnx.Program;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Clamping, and choosing between values by a mask.</summary>
internal static class SelectionOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("clamp clamp.Tensor clip clip.Tensor", "Clip, Max, Min", c => Clamp(c, c.OptionalInResultType("min"), c.OptionalInResultType("max"), IsScalar(c, "min") && IsScalar(c, "max"))),
        Of("clamp_min clamp_min.Tensor", "Clip, Max", c => Clamp(c, c.InResultType("min"), null, IsScalar(c, "min"))),
        Of("clamp_max clamp_max.Tensor", "Clip, Min", c => Clamp(c, null, c.InResultType("max"), IsScalar(c, "max"))),
        Of("where.self where.ScalarSelf where.ScalarOther where.Scalar", "Where", Where),
        Of("masked_fill.Scalar masked_fill.Tensor", "Where", MaskedFill),
        Of("threshold", "Greater, Where", c => c.B.Where(c.B.Greater(c.In("self"), c.Operand("threshold").As(c.B, c.In("self").Type)), c.In("self"), c.InResultType("value"))),
    ];

    private static bool IsScalar(OperatorCall c, string name) => !c.Has(name) || c.Operand(name).Number is { IsConstant: true };

    private static Value Clamp(OperatorCall c, Value? least, Value? greatest, bool isScalar)
    {
        var x = c.InResultType("self");
        if (isScalar)
        {
            return c.B.Op("Clip", x, least, greatest);
        }

        x = least is null ? x : c.B.Max(x, least);
        return greatest is null ? x : c.B.Min(x, greatest);
    }

    private static Value Where(OperatorCall c)
    {
        var condition = c.B.Cast(c.In("condition"), DataType.Bool);
        if (!c.Result.Type.IsComplex())
        {
            return c.B.Where(condition, c.InResultType("self"), c.InResultType("other"));
        }

        var pairs = c.B.Unsqueeze(condition, c.Tensor("condition").Rank);
        return c.B.Where(pairs, c.Tensor("self").Value, c.Tensor("other").Value);
    }

    private static Value MaskedFill(OperatorCall c) => c.B.Where(c.B.Cast(c.In("mask"), DataType.Bool), c.InResultType("value"), c.InResultType("self"));
}
