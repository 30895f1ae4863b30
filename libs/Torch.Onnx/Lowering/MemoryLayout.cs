using Torch.Onnx.Program;
using Torch.Onnx.Tensors;

namespace Torch.Onnx.Lowering;

/// <summary>Whether PyTorch gives a view or a copy, as far as strides decide it.</summary>
internal static class MemoryLayout
{
    /// <summary>Whether the elements lie in row-major order without gaps.</summary>
    public static bool IsContiguous(TensorMeta meta)
    {
        SymInt expected = 1;
        for (int i = meta.Rank - 1; i >= 0; i--)
        {
            if (meta.Sizes[i].Is(0))
            {
                return true;
            }

            if (meta.Sizes[i].Is(1))
            {
                continue;
            }

            // Behind a dynamic size the products are expressions: a dense tensor's own strides are taken at their word.
            if (expected.IsStatic && meta.Strides[i].IsStatic && meta.Strides[i].Value != expected.Value)
            {
                return false;
            }

            expected = expected.IsStatic && meta.Sizes[i].IsStatic ? expected.Value * meta.Sizes[i].Value : new SymInt(0, "");
        }

        return true;
    }

    /// <summary>Whether reshape to other sizes shares memory.</summary>
    public static bool IsReshapeView(TensorMeta from, SymInt[] to)
    {
        if (IsContiguous(from))
        {
            return true;
        }

        bool isStatic = Array.TrueForAll(from.Sizes, size => size.IsStatic) && Array.TrueForAll(from.Strides, stride => stride.IsStatic) && Array.TrueForAll(to, size => size.IsStatic);
        return isStatic && StrideRules.Reshape(
            Array.ConvertAll(from.Sizes, size => size.Value), Array.ConvertAll(from.Strides, stride => stride.Value), Array.ConvertAll(to, size => size.Value)) is not null;
    }
}
