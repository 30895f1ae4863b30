using Onnx.Model;

namespace Onnx.Tflite.Lowering;

/// <summary>All lowerings. A family of operators stands in one file; a new operator is a row in its family's table.</summary>
internal static class Lowerings
{
    private static readonly Dictionary<(string Domain, string Name), OperatorLowering> s_byName = All().ToDictionary(lowering => (lowering.Domain, lowering.Name));

    public static IReadOnlyCollection<OperatorLowering> Rows => s_byName.Values;

    /// <summary>The lowering of a node's operator.</summary>
    /// <exception cref="RefusedException">There is none.</exception>
    public static OperatorLowering Find(NodeProto node) => s_byName.GetValueOrDefault((node.Domain, node.OpType)) ?? throw new RefusedException(
        ReasonCode.UnsupportedOperator,
        $"{(node.Domain.Length == 0 ? "" : node.Domain + ".")}{node.OpType} has no counterpart among TensorFlow Lite's builtins",
        "replace the operator before export, or convert to ONNX instead");

    private static IEnumerable<OperatorLowering> All() =>
    [
        .. ActivationLowerings.Table,
        .. CastLowerings.Table,
        .. ControlFlowLowerings.Table,
        .. DetectionLowerings.Table,
        .. GatherLowerings.Table,
        .. LogicLowerings.Table,
        .. MathLowerings.Table,
        .. MovementLowerings.Table,
        .. NormalizationLowerings.Table,
        .. QuantizationLowerings.Table,
        .. RecurrentLowerings.Table,
        .. ReductionLowerings.Table,
        .. LossLowerings.Table,
        .. ResizeLowerings.Table,
        .. SamplingLowerings.Table,
        .. ScatterLowerings.Table,
        .. ShapeLowerings.Table,
        .. SignalLowerings.Table,
        .. SliceLowerings.Table,
        .. SoftmaxLowerings.Table,
        .. WindowLowerings.Table,
        .. ArithmeticLowerings.Table,
        .. ConvolutionLowerings.Table,
        .. MatrixLowerings.Table,
        .. PoolLowerings.Table,
        .. ReshapeLowerings.Table,
    ];
}
