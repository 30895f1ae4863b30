namespace Onnx.Model.Analysis.Rules;

/// <summary>Operators that cut or pad.</summary>
internal static class SliceRules
{
    public static void Slice(InferenceNode n)
    {
        var shape = n.Shape(0).ToArray();
        int[]? axes = Axes(n, shape.Length);
        if (axes is null)
        {
            n.OutOpen(0, n.Type(0), shape.Length);
            return;
        }

        long[]? steps = n.Has(4) ? n.Ints(4) : [.. Enumerable.Repeat(1L, axes.Length)];
        for (int i = 0; i < axes.Length; i++)
        {
            var start = ElementAt(n, 1, i);
            var end = ElementAt(n, 2, i);
            shape[axes[i]] = start is { } from && end is { } to && steps is not null && i < steps.Length
                ? SliceLength.Of(shape[axes[i]], from, to, steps[i] != 0 ? steps[i] : throw n.Invalid("a step is 0")) ?? Open(n, axes[i])
                : Open(n, axes[i]);
        }

        n.Out(0, n.Type(0), shape);
    }

    public static void Pad(InferenceNode n)
    {
        var shape = n.Shape(0).ToArray();
        int[] axes = n.Has(3) ? n.Axes(n.Ints(3) ?? throw n.Invalid("the axes are not known"), shape.Length) : [.. Enumerable.Range(0, shape.Length)];
        if (n.Elements(1) is not { } pads)
        {
            n.OutOpen(0, n.Type(0), shape.Length);
            return;
        }

        if (pads.Length != 2 * axes.Length)
        {
            throw n.Mismatch($"{pads.Length} pads for {axes.Length} axes");
        }

        for (int i = 0; i < axes.Length; i++)
        {
            shape[axes[i]] = shape[axes[i]] + pads[i] + pads[i + axes.Length];
            if (shape[axes[i]] is { IsKnown: true, Value: < 0 })
            {
                throw n.Mismatch($"axis {axes[i]} is cut below nothing");
            }
        }

        n.Out(0, n.Type(0), shape);
    }

    public static void CenterCropPad(InferenceNode n)
    {
        var shape = n.Shape(0).ToArray();
        int[] axes = n.Node.Ints("axes") is { } given ? n.Axes(given, shape.Length) : [.. Enumerable.Range(0, shape.Length)];
        var wanted = n.Elements(1);
        for (int i = 0; i < axes.Length; i++)
        {
            shape[axes[i]] = wanted is not null && i < wanted.Length ? wanted[i] : Open(n, axes[i]);
        }

        n.Out(0, n.Type(0), shape);
    }

    /// <summary>The axes that a Slice cuts; null when they are not known.</summary>
    internal static int[]? Axes(InferenceNode n, int rank)
    {
        if (n.Has(3))
        {
            return n.Ints(3) is { } given ? n.Axes(given, rank) : null;
        }

        long? count = n.Shape(1) is [{ IsKnown: true } length] ? length.Value : null;
        return count <= rank ? [.. Enumerable.Range(0, (int)count)] : null;
    }

    private static SymInt? ElementAt(InferenceNode n, int input, int i) => n.Elements(input) is { } elements && i < elements.Length ? elements[i] : null;

    private static SymInt Open(InferenceNode n, int axis) => SymInt.DataDependent($"{n.Node.Output(0)}.{axis}");
}
