using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Program;

namespace Torch.Onnx.Lowering;

/// <summary>A tensor or a Python number, which most binary operators take alike.</summary>
/// <param name="Tensor">The tensor; null for a number.</param>
/// <param name="Number">The number; null for a tensor.</param>
internal readonly record struct Operand(Tensor? Tensor, Number? Number)
{
    public int Rank => Tensor?.Rank ?? 0;

    public bool IsComplex => Tensor?.IsComplex ?? Number!.Kind == NumberKind.Complex;

    public ScalarType Type => Tensor?.Type ?? Number!.DefaultType;

    /// <summary>The operand in a real type.</summary>
    public Value As(OnnxBuilder b, DataType type)
    {
        if (IsComplex)
        {
            throw new LoweringException(BlockerReason.ComplexUnsupported, "it is mapped for real numbers only", "Compute with real and imaginary parts.");
        }

        return Tensor is { } tensor ? b.Cast(tensor.Value, type) : Number!.ToValue(b, type);
    }

    public Value As(OnnxBuilder b, ScalarType type) => As(b, type.Carrier());
}
