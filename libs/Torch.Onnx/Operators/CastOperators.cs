using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using Torch.Onnx.Program;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Other element types, copies, and tensors turned into numbers.</summary>
internal static class CastOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        new("to.dtype to.dtype_layout to.device to.other to.prim_Device to.prim_dtype to.prim_other type_as", "Cast", To, "bfloat16 is rounded, then carried as float32"),
        Of("_to_copy", "Cast", Converted),
        Of("copy", "Cast, Expand", Copy),
        new("view.dtype view_copy.dtype", "(nothing)", ViewType, "to the same type only"),
        OperatorEntry.Scalar("item _local_scalar_dense", "Cast", Item),
        OperatorEntry.Scalar("sym_size.int size.int", "Shape, Gather", c => c.Sizes.SizeOf(c.Tensor("self"), c.Tensor("self").Axis(c.Int("dim")))),
        OperatorEntry.Scalar("sym_numel numel", "Shape, Mul", c => c.Tensor("self").Sizes.Select((_, axis) => c.Sizes.SizeOf(c.Tensor("self"), axis)).Aggregate((Number)1, (x, y) => NumberMath.Multiply(c.B, x, y))),
        OperatorEntry.Scalar("dim", "(nothing)", c => c.Tensor("self").Rank),
        OperatorEntry.Scalar("sym_stride.int stride.int", "(nothing)", c => c.Sizes.NumberOf(c.View("self").Meta.Strides[c.Dim("dim", c.View("self").Meta.Rank)])),
        OperatorEntry.Scalar("sym_storage_offset storage_offset", "(nothing)", c => c.Sizes.NumberOf(c.View("self").Meta.StorageOffset)),
        OperatorEntry.Scalar("sym_is_contiguous", "(nothing)", c => Number.Of(MemoryLayout.IsContiguous(c.View("self").Meta))),
    ];

    /// <summary>A tensor in the type of the result, with the rounding that the type brings.</summary>
    public static Value Convert(OperatorCall c, Tensor tensor, ScalarType type)
    {
        if (tensor.Type == type)
        {
            return tensor.Value;
        }

        if (tensor.IsComplex && !type.IsComplex())
        {
            return c.B.Cast(ComplexMath.Split(c.B, tensor).Real, type.Carrier());
        }

        if (type.IsComplex() && !tensor.IsComplex)
        {
            var real = c.B.Cast(tensor.Value, type.Carrier());
            return ComplexMath.Join(c.B, real, c.B.Mul(real, 0), tensor.Rank);
        }

        if (type.IsFloat8() || tensor.Type.IsFloat8())
        {
            return ConvertFloat8(c, tensor, type);
        }

        // Only rounding to bfloat16 loses anything: widening from it is exact, and its carrier is float already.
        return type == ScalarType.BFloat16 && tensor.Type is not (ScalarType.Bool or ScalarType.Char or ScalarType.Byte)
            ? c.B.Cast(c.B.Cast(c.B.Cast(tensor.Value, DataType.Float), DataType.BFloat16), DataType.Float)
            : c.B.Cast(tensor.Value, type.Carrier());
    }

    private static Value ConvertFloat8(OperatorCall c, Tensor tensor, ScalarType type)
    {
        if (c.B.Opset < 19)
        {
            throw LoweringException.Opset("8-bit floats", 19);
        }

        if (!type.IsFloat8())
        {
            return c.B.Cast(tensor.Value, type.Carrier());
        }

        // PyTorch turns what is too large into NaN instead of the largest number.
        var source = c.B.Cast(tensor.Value, DataType.Float);
        return c.B.Ops("Cast", [source], [type.Carrier()], Attr.From("to", (long)type.Carrier()), Attr.From("saturate", 0))[0];
    }

    private static void To(OperatorCall c)
    {
        bool copies = c.Schema.Find("copy") is not null && c.Bool("copy");
        bool isAlias = !copies && c.View("self").Meta.Type == c.Result.Type && c.View("self").Meta.Strides.AsSpan().SequenceEqual(c.Result.Strides);
        if (isAlias)
        {
            c.Return(0, new CallResult.Same(c.View("self")));
        }
        else
        {
            c.Return(Converted(c));
        }
    }

    private static Value Converted(OperatorCall c) => Convert(c, c.Tensor("self"), c.Result.Type);

    private static Value Copy(OperatorCall c)
    {
        var target = c.View("self").Meta;
        var source = c.Tensor("src");
        var value = Convert(c, source, target.Type);
        if (source.Sizes.AsSpan().SequenceEqual(target.Sizes))
        {
            return value;
        }

        var shape = c.Sizes.NumbersOf(target.Sizes);
        return c.B.Expand(value, c.Sizes.ShapeOf(target.Type.IsComplex() ? [.. shape, 2] : shape));
    }

    private static void ViewType(OperatorCall c)
    {
        if (c.View("self").Meta.Type != c.Result.Type)
        {
            throw new LoweringException(
                BlockerReason.BitReinterpretation, "it looks at the bits of a tensor as another type, for which ONNX has no operator", "Convert the numbers with to(dtype) instead of view(dtype).");
        }

        c.Return(0, new CallResult.Same(c.View("self")));
    }

    private static Number Item(OperatorCall c)
    {
        var tensor = c.Real("self");
        var type = tensor.Type.IsFloat() ? DataType.Double : tensor.Type == ScalarType.Bool ? DataType.Bool : DataType.Int64;
        var value = c.B.Cast(tensor.Value, type);
        return Number.At(tensor.Rank == 0 ? value : c.B.Reshape(value));
    }
}
