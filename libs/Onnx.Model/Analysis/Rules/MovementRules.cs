namespace Onnx.Model.Analysis.Rules;

/// <summary>Operators that move elements to positions that shapes alone decide.</summary>
internal static class MovementRules
{
    public static void Transpose(InferenceNode n)
    {
        var shape = n.Shape(0);
        long[] order = n.Node.Ints("perm") ?? [.. Enumerable.Range(0, shape.Length).Reverse().Select(axis => (long)axis)];
        bool valid = order.Length == shape.Length && order.Order().SequenceEqual(Enumerable.Range(0, shape.Length).Select(axis => (long)axis));
        n.Out(0, n.Type(0), valid ? Array.ConvertAll(order, axis => shape[axis]) : throw n.Invalid($"perm [{string.Join(", ", order)}] is no order of {shape.Length} axes"));
    }

    public static void Concat(InferenceNode n)
    {
        var shape = n.Shape(0).ToArray();
        int axis = n.Axis(n.Node.Attribute("axis")?.Int ?? throw n.Invalid("attribute axis is missing"), shape.Length);
        for (int i = 1; i < n.InputCount; i++)
        {
            var other = n.Shape(i);
            if (other.Length != shape.Length || n.Type(i) != n.Type(0))
            {
                throw n.Mismatch($"input {i} is {n.Type(i)} of rank {other.Length}, input 0 is {n.Type(0)} of rank {shape.Length}");
            }

            for (int j = 0; j < shape.Length; j++)
            {
                shape[j] = j == axis ? shape[j] + other[j] : Agree(n, shape[j], other[j]);
            }
        }

        n.Out(0, n.Type(0), shape);
    }

    public static void Split(InferenceNode n)
    {
        var shape = n.Shape(0);
        int axis = n.Axis("axis", 0, shape.Length);
        var sizes = n.Elements(1) ?? (n.Has(1) ? null : EqualParts(n, shape[axis]));
        for (int i = 0; i < n.Outputs.Length; i++)
        {
            var part = shape.ToArray();
            part[axis] = sizes is null ? SymInt.DataDependent($"{n.Node.Output(i)}.{axis}")
                : i < sizes.Length ? sizes[i] : throw n.Mismatch($"{sizes.Length} sizes for {n.Outputs.Length} outputs");
            n.Out(i, n.Type(0), part);
        }

        if (sizes is not null && sizes.Aggregate((SymInt)0, (sum, size) => sum + size) - shape[axis] is { IsKnown: true, Value: not 0 })
        {
            throw n.Mismatch($"sizes [{string.Join(", ", sizes)}] do not sum to {shape[axis]}");
        }
    }

    public static void Expand(InferenceNode n)
    {
        if (n.Elements(1) is { } wanted)
        {
            n.Out(0, n.Type(0), Broadcasting.Combine(n.Shape(0), wanted));
        }
        else if (n.Shape(1) is [{ IsKnown: true, Value: < 64 } length])
        {
            n.OutOpen(0, n.Type(0), Math.Max(n.Rank(0), (int)length.Value));
        }
    }

    public static void Tile(InferenceNode n)
    {
        var shape = n.Shape(0);
        if (n.Elements(1) is not { } repeats)
        {
            n.OutOpen(0, n.Type(0), shape.Length);
            return;
        }

        n.Out(0, n.Type(0), repeats.Length == shape.Length
            ? [.. shape.Zip(repeats, (dim, repeat) => dim * repeat)]
            : throw n.Mismatch($"{repeats.Length} repeats for rank {shape.Length}"));
    }

    public static void DepthToSpace(InferenceNode n)
    {
        long block = Block(n);
        var s = n.Shape(0);
        n.Out(0, n.Type(0), [s[0], SymInt.FloorDivide(s[1], block * block), s[2] * block, s[3] * block]);
    }

    public static void SpaceToDepth(InferenceNode n)
    {
        long block = Block(n);
        var s = n.Shape(0);
        n.Out(0, n.Type(0), [s[0], s[1] * (block * block), SymInt.FloorDivide(s[2], block), SymInt.FloorDivide(s[3], block)]);
    }

    private static long Block(InferenceNode n)
    {
        long block = n.Node.Int("blocksize", 0);
        return block is > 0 and < 1 << 15 && n.Rank(0) == 4 ? block : throw n.Invalid($"blocksize {block} with rank {n.Rank(0)}");
    }

    private static SymInt[] EqualParts(InferenceNode n, SymInt size)
    {
        int count = n.Outputs.Length;
        var part = n.Node.Attribute("num_outputs") is null ? SymInt.FloorDivide(size, count) : SymInt.CeilingDivide(size, count);
        return [.. Enumerable.Repeat(part, count - 1), size - (part * (count - 1))];
    }

    private static SymInt Agree(InferenceNode n, SymInt a, SymInt b) =>
        a == b || !b.IsKnown ? a : !a.IsKnown ? b : throw n.Mismatch($"dimensions {a} and {b} differ outside the axis");
}
