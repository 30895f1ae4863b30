namespace Torch.Onnx;

/// <summary>Why a node cannot be converted. The names are stable: they appear in reports and documentation.</summary>
public enum BlockerReason
{
    /// <summary>The operator has no mapping.</summary>
    OperatorUnsupported,
    /// <summary>The operator belongs to another library than ATen.</summary>
    CustomOperator,
    /// <summary>An argument has a value that the mapping does not cover.</summary>
    ArgumentUnsupported,
    /// <summary>A size or number must be known at conversion, but depends on the input.</summary>
    DynamicUnsupported,
    /// <summary>The element type cannot be expressed.</summary>
    TypeUnsupported,
    /// <summary>Complex numbers reach an operator that is mapped for real ones only.</summary>
    ComplexUnsupported,
    /// <summary>The result is random.</summary>
    Random,
    /// <summary>The node behaves as in training: the model was exported without eval().</summary>
    TrainingMode,
    /// <summary>The node looks at the bits of a number as another type.</summary>
    BitReinterpretation,
    /// <summary>An in-place write through a view that cannot be written back.</summary>
    InPlaceUnsupported,
    /// <summary>The operator needs a newer ONNX opset than asked for.</summary>
    OpsetTooOld,
    /// <summary>The tensor is sparse or has another layout than strided.</summary>
    LayoutUnsupported,
    /// <summary>A script object or another thing that is no tensor.</summary>
    ObjectUnsupported,
    /// <summary>The node needs a table or an unrolled loop beyond the limits.</summary>
    TooLarge,
    /// <summary>The node's arguments contradict its operator's schema: the file is damaged or was written by another tool.</summary>
    MalformedNode,
}
