using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using Torch.Onnx.Program;

namespace Torch.Onnx.Operators;

/// <summary>Ways in which mappings take their arguments.</summary>
internal static class CallOperands
{
    /// <summary>A real tensor as it is.</summary>
    public static Tensor Real(this OperatorCall c, string name) => c.Tensor(name) is { IsComplex: false } tensor ? tensor : throw Complex();

    /// <summary>The value of a real tensor as it is.</summary>
    public static Value In(this OperatorCall c, string name) => c.Real(name).Value;

    /// <summary>The value of a real tensor or number in the type of the first result.</summary>
    public static Value InResultType(this OperatorCall c, string name) => c.Operand(name).As(c.B, c.Result.Type);

    /// <summary>The same, or null where the argument is None.</summary>
    public static Value? OptionalInResultType(this OperatorCall c, string name) => c.Has(name) ? c.InResultType(name) : null;

    /// <summary>The ONNX type of the first result.</summary>
    public static DataType ResultType(this OperatorCall c) => c.Result.Type.Carrier();

    public static Operand Operand(this OperatorCall c, string name) => c.IsTensor(name) ? new Operand(c.Tensor(name), null) : new Operand(null, c.Number(name));

    /// <summary>A 0-d constant of the first result's type.</summary>
    public static Value Const(this OperatorCall c, double number) => c.B.Const(c.ResultType(), number);

    /// <summary>The type in which runtimes compute sums over values of a type.</summary>
    public static bool IsInteger(this Tensor tensor) => tensor.Type.IsInteger() || tensor.Type == ScalarType.Bool;

    public static LoweringException Complex() =>
        new(BlockerReason.ComplexUnsupported, "it is mapped for real numbers only", "Compute with real and imaginary parts.");
}
