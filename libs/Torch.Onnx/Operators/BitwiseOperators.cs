using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using Torch.Onnx.Program;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Logic and bits.</summary>
internal static class BitwiseOperators
{
    private const int BitwiseOpset = 18;

    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("logical_and", "And", c => Logical(c, "And")),
        Of("logical_or", "Or", c => Logical(c, "Or")),
        Of("logical_xor", "Xor", c => Logical(c, "Xor")),
        Of("bitwise_and.Tensor bitwise_and.Scalar bitwise_and.Scalar_Tensor __and__.Tensor __and__.Scalar", "BitwiseAnd (And on bool)", c => Bitwise(c, "And")),
        Of("bitwise_or.Tensor bitwise_or.Scalar bitwise_or.Scalar_Tensor __or__.Tensor __or__.Scalar", "BitwiseOr (Or on bool)", c => Bitwise(c, "Or")),
        Of("bitwise_xor.Tensor bitwise_xor.Scalar bitwise_xor.Scalar_Tensor __xor__.Tensor __xor__.Scalar", "BitwiseXor (Xor on bool)", c => Bitwise(c, "Xor")),
        Of("bitwise_left_shift.Tensor bitwise_left_shift.Tensor_Scalar bitwise_left_shift.Scalar_Tensor __lshift__.Tensor __lshift__.Scalar", "Mul", ShiftLeft),
        Of("bitwise_right_shift.Tensor bitwise_right_shift.Tensor_Scalar bitwise_right_shift.Scalar_Tensor __rshift__.Tensor __rshift__.Scalar", "Mod, Div", ShiftRight),
    ];

    private static Value Logical(OperatorCall c, string op) => c.B.Op(op, c.B.Cast(c.In("self"), DataType.Bool), c.B.Cast(c.In("other"), DataType.Bool));

    private static Value Bitwise(OperatorCall c, string op)
    {
        var x = c.InResultType("self");
        var y = c.InResultType("other");
        if (c.Result.Type == ScalarType.Bool)
        {
            return c.B.Op(op, x, y);
        }

        return c.B.Opset >= BitwiseOpset ? c.B.Op($"Bitwise{op}", x, y) : throw LoweringException.Opset("bitwise logic on integers", BitwiseOpset);
    }

    private static Value ShiftLeft(OperatorCall c)
    {
        var x = c.Operand("self").As(c.B, DataType.Int64);
        return c.B.Mul(x, PowerOfTwo(c, c.Operand("other")));
    }

    // In two steps of at most 32 bits, so that every divisor is a positive number of 64 bits.
    private static Value ShiftRight(OperatorCall c)
    {
        var b = c.B;
        var x = c.Operand("self").As(b, DataType.Int64);
        var bits = b.Op("Clip", c.Operand("other").As(b, DataType.Int64), b.Const(DataType.Int64, 0), b.Const(DataType.Int64, 63));
        var half = b.Div(bits, 2);
        foreach (var step in new[] { half, b.Sub(bits, half) })
        {
            var divisor = b.Gather(Powers(b), step, 0);
            x = b.Div(b.Sub(x, b.Op("Mod", x, divisor)), divisor);
        }

        return x;
    }

    private static Value PowerOfTwo(OperatorCall c, Operand bits)
    {
        var b = c.B;
        var shift = bits.As(b, DataType.Int64);
        if (bits.Number is { IsConstant: true } number)
        {
            return b.Constants.Integer(DataType.Int64, number.Integer is >= 0 and < 64 ? 1L << (int)number.Integer : 0);
        }

        var inside = b.Op("Clip", shift, b.Const(DataType.Int64, 0), b.Const(DataType.Int64, 63));
        return b.Where(b.Equal(shift, inside), b.Gather(Powers(b), inside, 0), b.Const(DataType.Int64, 0));
    }

    private static Value Powers(OnnxBuilder b)
    {
        long[] powers = new long[64];
        for (int i = 0; i < powers.Length; i++)
        {
            powers[i] = 1L << i;
        }

        return b.Constants.Integers([64], powers);
    }
}
