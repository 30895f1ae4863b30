namespace Onnx.Model.Analysis.Rules;

/// <summary>Pooling.</summary>
internal static class PoolRules
{
    public static void Pool(InferenceNode n) => n.Out(0, n.Type(0), Shape(n, n.Shape(0)));

    public static void MaxPool(InferenceNode n)
    {
        Pool(n);
        n.Out(1, DataType.Int64, n.Outputs[0].Shape);
    }

    public static void Global(InferenceNode n)
    {
        var x = n.Shape(0);
        n.Out(0, n.Type(0), [.. x.Take(2), .. x.Skip(2).Select(_ => (SymInt)1)]);
    }

    public static void QLinearPool(InferenceNode n)
    {
        if (n.Node.Int("channels_last", 0) != 0)
        {
            throw n.Invalid("channels_last=1 is ONNX Runtime's inner form");
        }

        Pool(n);
    }

    public static void QLinearGlobal(InferenceNode n)
    {
        if (n.Node.Int("channels_last", 0) != 0)
        {
            throw n.Invalid("channels_last=1 is ONNX Runtime's inner form");
        }

        Global(n);
    }

    public static void MaxUnpool(InferenceNode n)
    {
        var x = n.Shape(0);
        if (n.Has(2))
        {
            if (n.Elements(2) is { } wanted)
            {
                n.Out(0, n.Type(0), wanted);
            }
            else
            {
                n.OutOpen(0, n.Type(0), x.Length);
            }

            return;
        }

        var window = WindowGeometry.Of(n.Node, Kernel(n, x.Length - 2), x[2..]);
        var spatial = Enumerable.Range(0, window.Rank)
            .Select(axis => ((x[axis + 2] - 1) * window.Strides[axis]) + window.Kernel[axis] - window.PadsBegin[axis] - window.PadsEnd[axis]);
        n.Out(0, n.Type(0), [x[0], x[1], .. spatial]);
    }

    private static SymInt[] Shape(InferenceNode n, SymInt[] x)
    {
        if (x.Length < 3)
        {
            throw n.Mismatch($"rank {x.Length} has no spatial axes");
        }

        var window = WindowGeometry.Of(n.Node, Kernel(n, x.Length - 2), x[2..]);
        bool ceil = n.Node.Int("ceil_mode", 0) != 0;
        return [x[0], x[1], .. Enumerable.Range(0, window.Rank).Select(axis => window.Output(axis, x[axis + 2], ceil))];
    }

    private static SymInt[] Kernel(InferenceNode n, int rank)
    {
        long[] kernel = n.Node.Ints("kernel_shape") ?? throw n.Invalid("attribute kernel_shape is missing");
        return kernel.Length == rank && Array.TrueForAll(kernel, size => size is > 0 and < int.MaxValue)
            ? Array.ConvertAll(kernel, SymInt.FromInt64)
            : throw n.Invalid($"kernel_shape [{string.Join(", ", kernel)}] for {rank} spatial axes");
    }
}
