using Onnx.Tflite.Schema;
using Platform.Budgets;

namespace Onnx.Tflite.Passes.Integer;

/// <summary>How an operator works on integers that stand for real numbers.</summary>
internal enum IntegerRule
{
    /// <summary>It has weights with a bias.</summary>
    Weighted,
    /// <summary>It rescales: operands and result may have any parameters.</summary>
    Rescaling,
    /// <summary>Its result has the operand's parameters.</summary>
    SameScale,
    /// <summary>All operands and the result have the same parameters.</summary>
    Joining,
    /// <summary>Its result has parameters that the kernel prescribes.</summary>
    FixedResult,
}

/// <summary>What the kernels of TensorFlow Lite do with quantized tensors.</summary>
[DataTable("One row an operator: the rule, and whether a kernel for 16-bit activations exists that is right to a step (those of TANH and SOFTMAX are not, and AVERAGE_POOL_2D cannot rescale).")]
internal static class IntegerRules
{
    private static readonly Dictionary<BuiltinOperator, (IntegerRule Rule, bool Int16)> s_rules = new()
    {
        [BuiltinOperator.Conv2d] = (IntegerRule.Weighted, true),
        [BuiltinOperator.DepthwiseConv2d] = (IntegerRule.Weighted, true),
        [BuiltinOperator.FullyConnected] = (IntegerRule.Weighted, true),
        [BuiltinOperator.TransposeConv] = (IntegerRule.Weighted, true),
        [BuiltinOperator.Add] = (IntegerRule.Rescaling, true),
        [BuiltinOperator.Sub] = (IntegerRule.Rescaling, true),
        [BuiltinOperator.Mul] = (IntegerRule.Rescaling, true),
        [BuiltinOperator.BatchMatmul] = (IntegerRule.Rescaling, true),
        [BuiltinOperator.Mean] = (IntegerRule.Rescaling, true),
        [BuiltinOperator.Relu] = (IntegerRule.Rescaling, true),
        [BuiltinOperator.Relu6] = (IntegerRule.Rescaling, true),
        [BuiltinOperator.LeakyRelu] = (IntegerRule.Rescaling, true),
        [BuiltinOperator.HardSwish] = (IntegerRule.Rescaling, false),
        [BuiltinOperator.Gelu] = (IntegerRule.Rescaling, false),
        [BuiltinOperator.AveragePool2d] = (IntegerRule.SameScale, false),
        [BuiltinOperator.MaxPool2d] = (IntegerRule.SameScale, true),
        [BuiltinOperator.Reshape] = (IntegerRule.SameScale, true),
        [BuiltinOperator.Transpose] = (IntegerRule.SameScale, true),
        [BuiltinOperator.Slice] = (IntegerRule.SameScale, true),
        [BuiltinOperator.StridedSlice] = (IntegerRule.SameScale, true),
        [BuiltinOperator.Split] = (IntegerRule.SameScale, true),
        [BuiltinOperator.Pad] = (IntegerRule.SameScale, true),
        [BuiltinOperator.Padv2] = (IntegerRule.SameScale, false),
        [BuiltinOperator.DepthToSpace] = (IntegerRule.SameScale, false),
        [BuiltinOperator.SpaceToDepth] = (IntegerRule.SameScale, false),
        [BuiltinOperator.ResizeBilinear] = (IntegerRule.SameScale, true),
        [BuiltinOperator.ResizeNearestNeighbor] = (IntegerRule.SameScale, true),
        [BuiltinOperator.Concatenation] = (IntegerRule.Joining, true),
        [BuiltinOperator.Maximum] = (IntegerRule.Joining, true),
        [BuiltinOperator.Minimum] = (IntegerRule.Joining, true),
        [BuiltinOperator.Logistic] = (IntegerRule.FixedResult, true),
        [BuiltinOperator.Tanh] = (IntegerRule.FixedResult, false),
        [BuiltinOperator.Softmax] = (IntegerRule.FixedResult, false),
    };

    /// <summary>The rule for an operator on integers of a type; null where there is no such kernel.</summary>
    public static IntegerRule? Find(BuiltinOperator code, TensorType type) =>
        s_rules.TryGetValue(code, out var row) && (type == TensorType.Int8 || (type == TensorType.Int16 && row.Int16)) ? row.Rule : null;

    /// <summary>Parameters that a kernel prescribes for its result.</summary>
    public static (float Scale, long ZeroPoint) FixedResult(BuiltinOperator code, TensorType type) => type == TensorType.Int16
        ? (1f / 32768, 0)
        : code == BuiltinOperator.Tanh ? (1f / 128, 0) : (1f / 256, -128);
}
