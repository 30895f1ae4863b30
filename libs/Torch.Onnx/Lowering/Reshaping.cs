using Torch.Onnx.Emission;
using Torch.Onnx.Program;

namespace Torch.Onnx.Lowering;

/// <summary>Reshape to recorded sizes, in the form that says most at conversion: numbers, 0 for "as in the input", one -1.</summary>
internal static class Reshaping
{
    /// <summary>The value in other sizes; those of a complex tensor do not count the pair.</summary>
    public static Value Reshape(this OperatorCall c, Value x, SymInt[] from, SymInt[] to, bool isComplex = false) =>
        Reshape(c.B, c.Sizes, x, isComplex ? [.. from, 2] : from, isComplex ? [.. to, 2] : to);

    private static Value Reshape(OnnxBuilder b, SizeTable table, Value x, SymInt[] from, SymInt[] to)
    {
        if (from.AsSpan().SequenceEqual(to))
        {
            return x;
        }

        bool hasEmpty = Array.Exists(to, size => size.Is(0));
        if (Array.TrueForAll(to, size => size.IsStatic))
        {
            long[] sizes = Array.ConvertAll(to, size => size.Value);
            return hasEmpty ? b.ReshapeWithEmpty(x, sizes) : b.Reshape(x, sizes);
        }

        if (hasEmpty)
        {
            return b.Op("Reshape", [x, table.ShapeOf(to)], Attr.From("allowzero", 1));
        }

        var target = new Number[to.Length];
        int open = -1;
        for (int i = 0; i < to.Length; i++)
        {
            if (to[i].IsStatic)
            {
                target[i] = to[i].Value;
            }
            else if (i < from.Length && from[i] == to[i])
            {
                target[i] = 0;
            }
            else if (open < 0)
            {
                open = i;
                target[i] = -1;
            }
            else
            {
                target[i] = table.NumberOf(to[i]);
            }
        }

        return Array.TrueForAll(target, number => number.IsConstant)
            ? b.Reshape(x, Array.ConvertAll(target, number => number.Integer))
            : b.Op("Reshape", x, table.ShapeOf(target));
    }
}
