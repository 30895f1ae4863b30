namespace Onnx.Model.Analysis.Rules;

/// <summary>Operators that give the same elements another shape.</summary>
internal static class ReshapeRules
{
    public static void Reshape(InferenceNode n)
    {
        if (n.Elements(1) is not { } wanted)
        {
            int rank = n.Shape(1) is [{ IsKnown: true } length] ? (int)Math.Min(length.Value, 64) : -1;
            if (rank >= 0)
            {
                n.OutOpen(0, n.Type(0), rank);
            }

            return;
        }

        n.Out(0, n.Type(0), Resolve(n, n.Shape(0), wanted, n.Node.Int("allowzero", 0) != 0));
    }

    public static void Flatten(InferenceNode n)
    {
        var shape = n.Shape(0);
        int axis = n.Axis("axis", 1, shape.Length, endAllowed: true);
        n.Out(0, n.Type(0), [SymInt.Product(shape.AsSpan(0, axis)), SymInt.Product(shape.AsSpan(axis))]);
    }

    public static void Squeeze(InferenceNode n)
    {
        var shape = n.Shape(0);
        if (!n.Has(1))
        {
            if (Array.TrueForAll(shape, dim => dim.IsKnown))
            {
                n.Out(0, n.Type(0), Array.FindAll(shape, dim => dim != 1));
            }

            return;
        }

        if (n.Ints(1) is null)
        {
            n.OutOpen(0, n.Type(0), shape.Length - OpenCount(n));
            return;
        }

        int[] axes = Positions(n, shape.Length);
        if (Array.Exists(axes, axis => shape[axis] is { IsKnown: true, Value: not 1 }))
        {
            throw n.Mismatch($"only axes of size 1 can be removed from [{string.Join(", ", shape)}]");
        }

        n.Out(0, n.Type(0), [.. shape.Where((_, axis) => !axes.Contains(axis))]);
    }

    public static void Unsqueeze(InferenceNode n)
    {
        var shape = n.Shape(0);
        int rank = shape.Length + (n.Ints(1)?.Length ?? OpenCount(n));
        if (n.Ints(1) is null)
        {
            n.OutOpen(0, n.Type(0), rank);
            return;
        }

        int[] axes = Positions(n, rank);
        var result = new List<SymInt>();
        for (int axis = 0, from = 0; axis < rank; axis++)
        {
            result.Add(axes.Contains(axis) ? 1 : shape[from++]);
        }

        n.Out(0, n.Type(0), [.. result]);
    }

    private static int OpenCount(InferenceNode n) =>
        n.Shape(1) is [{ IsKnown: true, Value: < 64 } count] ? (int)count.Value : throw n.Invalid("the number of axes is not known");

    private static int[] Positions(InferenceNode n, int rank)
    {
        int[] axes = n.Axes(n.Ints(1) ?? throw n.Invalid("the axes are not known"), rank);
        return axes.Distinct().Count() == axes.Length ? axes : throw n.Invalid("an axis is named twice");
    }

    private static SymInt[] Resolve(InferenceNode n, SymInt[] shape, SymInt[] wanted, bool zeroIsZero)
    {
        var result = new SymInt[wanted.Length];
        int open = -1;
        for (int i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] == -1)
            {
                open = open < 0 ? i : throw n.Invalid("the shape has more than one -1");
                result[i] = 1;
            }
            else
            {
                result[i] = wanted[i] == 0 && !zeroIsZero ? i < shape.Length ? shape[i] : throw n.Mismatch($"0 at position {i} copies a dimension that does not exist") : wanted[i];
            }
        }

        var total = SymInt.Product(shape);
        var known = SymInt.Product(result);
        if (open >= 0)
        {
            result[open] = known == 0 ? 0 : SymInt.FloorDivide(total, known);
            known *= result[open];
        }

        if (known.IsKnown && total.IsKnown && known != total)
        {
            throw n.Mismatch($"{total} elements do not fill [{string.Join(", ", result)}]");
        }

        return result;
    }
}
