using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;

namespace Torch.Onnx.Operators;

/// <summary>Binary arithmetic with a complex result, whose operands may be real.</summary>
internal static class ComplexArithmetic
{
    public static Value Sum(OperatorCall c, Operand x, Operand y, int sign)
    {
        if (!c.Number("alpha").Equals(1))
        {
            throw LoweringException.Argument("alpha is not mapped for complex numbers");
        }

        var (p, q) = Parts(c, x);
        var (r, s) = Parts(c, y);
        string op = sign > 0 ? "Add" : "Sub";
        return ComplexMath.Join(c.B, c.B.Op(op, p, r), c.B.Op(op, q, s), c.Result.Rank);
    }

    public static Value Product(OperatorCall c, Operand x, Operand y)
    {
        var b = c.B;
        var (p, q) = Parts(c, x);
        var (r, s) = Parts(c, y);
        return ComplexMath.Join(b, b.Sub(b.Mul(p, r), b.Mul(q, s)), b.Add(b.Mul(p, s), b.Mul(q, r)), c.Result.Rank);
    }

    public static Value Quotient(OperatorCall c, Operand x, Operand y)
    {
        var b = c.B;
        var (p, q) = Parts(c, x);
        var (r, s) = Parts(c, y);
        var norm = b.Add(b.Square(r), b.Square(s));
        var real = b.Div(b.Add(b.Mul(p, r), b.Mul(q, s)), norm);
        var imaginary = b.Div(b.Sub(b.Mul(q, r), b.Mul(p, s)), norm);
        return ComplexMath.Join(b, real, imaginary, c.Result.Rank);
    }

    // Both parts have the result's rank at least, so that they can be joined after broadcasting.
    private static (Value Real, Value Imaginary) Parts(OperatorCall c, Operand operand)
    {
        var type = c.ResultType();
        if (operand.Tensor is { } tensor)
        {
            var zero = c.B.Const(type, 0);
            var (real, imaginary) = tensor.IsComplex ? ComplexMath.Split(c.B, tensor) : (tensor.Value, zero);
            return (c.B.Cast(real, type), tensor.IsComplex ? c.B.Cast(imaginary, type) : zero);
        }

        var number = operand.Number!;
        return number.IsConstant
            ? (c.B.Const(type, number.Real), c.B.Const(type, number.Imaginary))
            : (number.ToValue(c.B, type), c.B.Const(type, 0));
    }
}
