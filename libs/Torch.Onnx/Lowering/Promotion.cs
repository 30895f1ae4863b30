using Torch.Onnx.Program;

namespace Torch.Onnx.Lowering;

/// <summary>PyTorch's type promotion: bool &lt; integer &lt; float &lt; complex, where 0-d tensors and Python numbers only raise the category.</summary>
internal static class Promotion
{
    /// <summary>The common type of two types.</summary>
    public static ScalarType Of(ScalarType x, ScalarType y)
    {
        if (x == y || y == ScalarType.Bool)
        {
            return x;
        }

        if (x == ScalarType.Bool)
        {
            return y;
        }

        if (x.IsComplex() || y.IsComplex())
        {
            return ComplexOf(Of(x.RealPart(), y.RealPart()));
        }

        if (x.IsFloat() || y.IsFloat())
        {
            return x.IsFloat() && y.IsFloat() ? Floats(x, y) : x.IsFloat() ? x : y;
        }

        return Integers(x, y);
    }

    /// <summary>The common type of tensors and numbers, by their three categories.</summary>
    public static ScalarType Of(params ReadOnlySpan<Operand> operands)
    {
        var sized = ScalarType.Unknown;
        var scalars = ScalarType.Unknown;
        var numbers = ScalarType.Unknown;
        foreach (var operand in operands)
        {
            if (operand.Tensor is not { } tensor)
            {
                numbers = Join(numbers, operand.Number!.DefaultType);
            }
            else if (tensor.Rank > 0)
            {
                sized = Join(sized, tensor.Type);
            }
            else
            {
                scalars = Join(scalars, tensor.Type);
            }
        }

        return Over(sized, Over(scalars, numbers));
    }

    /// <summary>The complex type whose parts have this type.</summary>
    public static ScalarType ComplexOf(ScalarType type) => type switch
    {
        ScalarType.Half => ScalarType.ComplexHalf,
        ScalarType.Double => ScalarType.ComplexDouble,
        _ => ScalarType.ComplexFloat,
    };

    private static ScalarType Join(ScalarType x, ScalarType y) => x == ScalarType.Unknown ? y : Of(x, y);

    private static ScalarType Over(ScalarType higher, ScalarType lower)
    {
        if (higher == ScalarType.Unknown || lower == ScalarType.Unknown)
        {
            return higher == ScalarType.Unknown ? lower : higher;
        }

        if (higher.IsComplex() || (higher.IsFloat() && !lower.IsComplex()))
        {
            return higher;
        }

        if (higher.IsFloat())
        {
            return ComplexOf(higher);
        }

        return higher == ScalarType.Bool || lower.IsFloat() || lower.IsComplex() ? Of(higher, lower) : higher;
    }

    private static ScalarType Floats(ScalarType x, ScalarType y) => x.Size() != y.Size()
        ? (x.Size() > y.Size() ? x : y)
        : x.Size() == 2 ? ScalarType.Float : x;

    private static ScalarType Integers(ScalarType x, ScalarType y)
    {
        if (IsUnsigned(x) == IsUnsigned(y))
        {
            return x.Size() > y.Size() ? x : y;
        }

        var (unsigned, signed) = IsUnsigned(x) ? (x, y) : (y, x);
        return signed.Size() > unsigned.Size() ? signed : unsigned.Size() switch { 1 => ScalarType.Short, 2 => ScalarType.Int, _ => ScalarType.Long };
    }

    private static bool IsUnsigned(ScalarType type) => type is ScalarType.Byte or ScalarType.UInt16 or ScalarType.UInt32 or ScalarType.UInt64;
}
