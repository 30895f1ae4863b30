using Torch.Onnx.Lowering;

namespace Torch.Onnx.Operators;

/// <summary>Functions of one tensor.</summary>
internal static class UnaryOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        OperatorEntry.Of("relu", "Relu", c => c.B.Op("Relu", c.Tensor("self").Value)),
    ];
}
