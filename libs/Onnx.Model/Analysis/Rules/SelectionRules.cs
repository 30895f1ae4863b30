namespace Onnx.Model.Analysis.Rules;

/// <summary>Operators that pick elements by index or by value.</summary>
internal static class SelectionRules
{
    public static void Gather(InferenceNode n)
    {
        var shape = n.Shape(0);
        int axis = n.Axis("axis", 0, shape.Length);
        n.Out(0, n.Type(0), [.. shape[..axis], .. n.Shape(1), .. shape[(axis + 1)..]]);
    }

    public static void GatherElements(InferenceNode n) => n.Out(0, n.Type(0), n.Shape(1));

    public static void GatherNd(InferenceNode n)
    {
        SymInt[] data = n.Shape(0), indices = n.Shape(1);
        int batch = (int)n.Node.Int("batch_dims", 0);
        if (indices is not [.., { IsKnown: true } last] || batch < 0 || batch >= indices.Length || batch + last.Value > data.Length)
        {
            throw n.Mismatch($"indices [{string.Join(", ", indices)}] do not index rank {data.Length}");
        }

        n.Out(0, n.Type(0), [.. indices[..^1], .. data[(batch + (int)last.Value)..]]);
    }

    public static void OneHot(InferenceNode n)
    {
        var indices = n.Shape(0);
        int axis = n.Axis("axis", -1, indices.Length + 1);
        SymInt depth = n.Numbers(1) is [var number] ? (long)number : n.Elements(1) is [var element] ? element : SymInt.DataDependent($"{n.Node.Output(0)}.{axis}");
        n.Out(0, n.Type(2), [.. indices[..axis], depth, .. indices[axis..]]);
    }

    public static void TopK(InferenceNode n)
    {
        var shape = n.Shape(0).ToArray();
        int axis = n.Axis("axis", -1, shape.Length);
        shape[axis] = n.Elements(1) is [var k] ? k : SymInt.DataDependent($"{n.Node.Output(0)}.{axis}");
        n.Out(0, n.Type(0), shape);
        n.Out(1, DataType.Int64, shape);
    }

    public static void NonZero(InferenceNode n) =>
        n.Out(0, DataType.Int64, [n.Rank(0), SymInt.DataDependent($"{n.Node.Output(0)}.1")]);

    public static void Compress(InferenceNode n)
    {
        var open = SymInt.DataDependent($"{n.Node.Output(0)}.n");
        if (n.Node.Attribute("axis") is null)
        {
            n.Out(0, n.Type(0), [open]);
            return;
        }

        var shape = n.Shape(0).ToArray();
        shape[n.Axis("axis", 0, shape.Length)] = open;
        n.Out(0, n.Type(0), shape);
    }

    public static void Unique(InferenceNode n)
    {
        var open = SymInt.DataDependent($"{n.Node.Output(0)}.n");
        SymInt[] values = [open];
        SymInt inverse = n.In(0).Count ?? open;
        if (n.Node.Attribute("axis") is not null)
        {
            values = [.. n.Shape(0)];
            int axis = n.Axis("axis", 0, values.Length);
            inverse = values[axis];
            values[axis] = open;
        }

        n.Out(0, n.Type(0), values);
        n.Out(1, DataType.Int64, [open]);
        n.Out(2, DataType.Int64, [inverse]);
        n.Out(3, DataType.Int64, [open]);
    }

    public static void NonMaxSuppression(InferenceNode n) =>
        n.Out(0, DataType.Int64, [SymInt.DataDependent($"{n.Node.Output(0)}.0"), 3]);
}
