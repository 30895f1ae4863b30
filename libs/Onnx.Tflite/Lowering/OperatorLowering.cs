using Onnx.Model;

namespace Onnx.Tflite.Lowering;

/// <summary>How one ONNX operator becomes builtins; everything that docs/operators.md says of it stands here.</summary>
/// <param name="Name">Operator type.</param>
/// <param name="Lower">Adds the builtins.</param>
internal sealed record OperatorLowering(string Name, Action<LoweringNode> Lower)
{
    /// <summary>Domain; empty for the standard one.</summary>
    public string Domain { get; init; } = OnnxDomain.Standard;

    /// <summary>Operator-set versions of the forms that are taken; older forms are made canonical first.</summary>
    public string Opsets { get; init; } = "1-21";

    /// <summary>Element types.</summary>
    public string Types { get; init; } = "float";

    /// <summary>Builtins that a lowering may use.</summary>
    public string Builtins { get; init; } = "";

    /// <summary>What is refused.</summary>
    public string Limits { get; init; } = "";
}
