using Platform.Budgets;

namespace Onnx.Tflite;

/// <summary>Why a model is not converted. Codes are stable: they are never renamed or given another meaning.</summary>
[DataTable("The catalogue of reasons; docs/converter.md repeats it and a test keeps both in step.")]
public static class ReasonCode
{
    /// <summary>No lowering exists for the operator.</summary>
    public const string UnsupportedOperator = "UNSUPPORTED_OPERATOR";

    /// <summary>An attribute has a value that TensorFlow Lite's builtins cannot express exactly.</summary>
    public const string UnsupportedAttribute = "UNSUPPORTED_ATTRIBUTE";

    /// <summary>The element type has no kernel, and computing in another type would change results.</summary>
    public const string UnsupportedType = "UNSUPPORTED_TYPE";

    /// <summary>The rank is beyond what the kernels take, and dimensions cannot be merged.</summary>
    public const string UnsupportedRank = "UNSUPPORTED_RANK";

    /// <summary>A parameter (axes, sizes, scales ...) must be constant and is computed at run time.</summary>
    public const string ParameterNotConstant = "PARAMETER_NOT_CONSTANT";

    /// <summary>A shape must be known before the run and is not.</summary>
    public const string DynamicShape = "DYNAMIC_SHAPE";

    /// <summary>The size of the result depends on input values in a way that no builtin returns.</summary>
    public const string DataDependentShape = "DATA_DEPENDENT_SHAPE";

    /// <summary>A dimension of size zero, which kernels do not take.</summary>
    public const string EmptyTensor = "EMPTY_TENSOR";

    /// <summary>A 64-bit integer operation without kernel.</summary>
    public const string Int64Operation = "INT64_OPERATION";

    /// <summary>The operator gives random numbers.</summary>
    public const string RandomOperator = "RANDOM_OPERATOR";

    /// <summary>Sequences, optionals, maps and strings have no counterpart.</summary>
    public const string UnsupportedValueKind = "UNSUPPORTED_VALUE_KIND";

    /// <summary>Control flow that IF and WHILE cannot express.</summary>
    public const string UnsupportedControlFlow = "UNSUPPORTED_CONTROL_FLOW";

    /// <summary>The operator needs a newer runtime than the cap allows.</summary>
    public const string RuntimeTooOld = "RUNTIME_TOO_OLD";

    /// <summary>The node breaks the ONNX specification.</summary>
    public const string InvalidNode = "INVALID_NODE";

    /// <summary>The graph breaks the ONNX specification: cycles, values that nothing gives, no operator set.</summary>
    public const string InvalidGraph = "INVALID_GRAPH";

    /// <summary>An old form of an operator that has no modern equivalent.</summary>
    public const string ObsoleteForm = "OBSOLETE_FORM";

    /// <summary>Quantization parameters that no integer kernel takes.</summary>
    public const string UnsupportedQuantization = "UNSUPPORTED_QUANTIZATION";

    /// <summary>An option names something that the model does not have, or that does not fit it.</summary>
    public const string OptionMismatch = "OPTION_MISMATCH";

    /// <summary>Float16 results are computed further: the source rounds them in between, float32 kernels do not.</summary>
    public const string Float16Rounding = "FLOAT16_ROUNDING";

    /// <summary>All codes.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        UnsupportedOperator, UnsupportedAttribute, UnsupportedType, UnsupportedRank, ParameterNotConstant, DynamicShape, DataDependentShape, EmptyTensor,
        Int64Operation, RandomOperator, UnsupportedValueKind, UnsupportedControlFlow, RuntimeTooOld, InvalidNode, InvalidGraph, ObsoleteForm,
        UnsupportedQuantization, OptionMismatch, Float16Rounding,
    ];
}
