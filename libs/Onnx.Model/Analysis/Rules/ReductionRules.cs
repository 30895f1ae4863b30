namespace Onnx.Model.Analysis.Rules;

/// <summary>Operators that join elements along axes.</summary>
internal static class ReductionRules
{
    public static void Reduce(InferenceNode n)
    {
        var shape = n.Shape(0);
        bool keep = n.Node.Int("keepdims", 1) != 0;
        if (n.Has(1) && n.Ints(1) is null)
        {
            OpenAxes(n, shape.Length, keep);
            return;
        }

        int[] axes = n.Axes(n.Ints(1) ?? [], shape.Length);
        if (axes.Length == 0)
        {
            axes = n.Node.Int("noop_with_empty_axes", 0) != 0 ? [] : [.. Enumerable.Range(0, shape.Length)];
        }

        n.Out(0, n.Type(0), Reduced(shape, axes, keep));
    }

    public static void Arg(InferenceNode n)
    {
        var shape = n.Shape(0);
        n.Out(0, DataType.Int64, Reduced(shape, [n.Axis("axis", 0, shape.Length)], n.Node.Int("keepdims", 1) != 0));
    }

    private static void OpenAxes(InferenceNode n, int rank, bool keep)
    {
        if (keep)
        {
            n.OutOpen(0, n.Type(0), rank);
        }
        else if (n.Shape(1) is [{ IsKnown: true } count] && count.Value <= rank)
        {
            // With no axes given all are reduced, so the count alone does not tell when it may be zero.
            int left = count.Value == 0 && n.Node.Int("noop_with_empty_axes", 0) == 0 ? 0 : rank - (int)count.Value;
            n.OutOpen(0, n.Type(0), left);
        }
    }

    private static SymInt[] Reduced(SymInt[] shape, int[] axes, bool keep)
    {
        var result = new List<SymInt>();
        for (int axis = 0; axis < shape.Length; axis++)
        {
            if (!axes.Contains(axis))
            {
                result.Add(shape[axis]);
            }
            else if (keep)
            {
                result.Add(1);
            }
        }

        return [.. result];
    }
}
