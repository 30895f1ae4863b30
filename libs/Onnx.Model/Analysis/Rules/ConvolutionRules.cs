namespace Onnx.Model.Analysis.Rules;

/// <summary>Convolutions.</summary>
internal static class ConvolutionRules
{
    public static void Conv(InferenceNode n) => n.Out(0, n.Type(0), ConvShape(n, 0, 1));

    public static void ConvInteger(InferenceNode n) => n.Out(0, DataType.Int32, ConvShape(n, 0, 1));

    public static void QLinearConv(InferenceNode n) => n.Out(0, n.Type(7), ConvShape(n, 0, 3));

    public static void DeformConv(InferenceNode n) => n.Out(0, n.Type(0), ConvShape(n, 0, 1));

    public static void ConvTranspose(InferenceNode n)
    {
        SymInt[] x = n.Shape(0), w = n.Shape(1);
        RequireWeights(n, x, w);
        var geometry = TransposedGeometry.Of(n.Node, x[2..], w[2..]);
        n.Out(0, n.Type(0), [x[0], w[1] * n.Node.Int("group", 1), .. geometry.Output]);
    }

    public static void Col2Im(InferenceNode n)
    {
        var x = n.Shape(0);
        if (n.Elements(1) is not { } image || n.Elements(2) is not { } block || x.Length != 3)
        {
            throw n.Invalid("the image and block shapes must be known");
        }

        n.Out(0, n.Type(0), [x[0], SymInt.FloorDivide(x[1], SymInt.Product(block)), .. image]);
    }

    private static SymInt[] ConvShape(InferenceNode n, int data, int weights)
    {
        SymInt[] x = n.Shape(data), w = n.Shape(weights);
        RequireWeights(n, x, w);
        long group = n.Node.Int("group", 1);
        if (group < 1 || (x[1] - (w[1] * group)) is { IsKnown: true, Value: not 0 })
        {
            throw n.Mismatch($"{x[1]} input channels for weights [{string.Join(", ", w)}] and group {group}");
        }

        var geometry = WindowGeometry.Of(n.Node, w[2..], x[2..]);
        var spatial = Enumerable.Range(0, geometry.Rank).Select(axis => geometry.Output(axis, x[axis + 2], ceil: false)).ToArray();
        return Array.Exists(spatial, dim => dim is { IsKnown: true, Value: < 0 })
            ? throw n.Mismatch($"the window is larger than the padded input [{string.Join(", ", x)}]")
            : [x[0], w[0], .. spatial];
    }

    private static void RequireWeights(InferenceNode n, SymInt[] x, SymInt[] w)
    {
        if (x.Length < 3 || w.Length != x.Length)
        {
            throw n.Mismatch($"weights of rank {w.Length} for an input of rank {x.Length}");
        }
    }
}
