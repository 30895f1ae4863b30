using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Reporting;

/// <summary>
/// What XNNPACK asks of operators that it takes at all, as LiteRT 2.3 has it. Tests compare the prediction with the partitions that
/// the runtime really makes.
/// </summary>
internal static class XnnpackLimits
{
    private const int MostJoined = 5;
    private const int MostParts = 4;

    public static bool Allow(Operator op) => op.Code switch
    {
        BuiltinOperator.Concatenation => op.Inputs.Count <= MostJoined,
        BuiltinOperator.Split => op.Outputs.Count <= MostParts,
        BuiltinOperator.StridedSlice => op.Input(3).IsConstant && Array.TrueForAll(ConstantTensors.ReadInt32s(op.Input(3)), stride => stride == 1),
        BuiltinOperator.Conv2d or BuiltinOperator.DepthwiseConv2d or BuiltinOperator.TransposeConv or BuiltinOperator.Prelu => op.Input(1).IsConstant,
        _ => true,
    };

    /// <summary>Whether tests cover the kind of graph: real numbers, no bodies.</summary>
    public static bool IsVerified(IEnumerable<Operator> operators) => operators.All(op => op.Bodies.Length == 0 && op.Outputs.TrueForAll(output => output.Quantization is null));
}
