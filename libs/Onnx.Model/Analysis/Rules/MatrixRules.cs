namespace Onnx.Model.Analysis.Rules;

/// <summary>Matrix products.</summary>
internal static class MatrixRules
{
    public static void MatMul(InferenceNode n) => n.Out(0, n.Type(0), Product(n, n.Shape(0), n.Shape(1)));

    public static void MatMulInteger(InferenceNode n) => n.Out(0, DataType.Int32, Product(n, n.Shape(0), n.Shape(1)));

    public static void QLinearMatMul(InferenceNode n) => n.Out(0, n.Type(7), Product(n, n.Shape(0), n.Shape(3)));

    public static void FusedMatMul(InferenceNode n)
    {
        if (n.Node.Int("transBatchA", 0) != 0 || n.Node.Int("transBatchB", 0) != 0)
        {
            throw n.Invalid("transBatchA and transBatchB are ONNX Runtime's inner forms");
        }

        n.Out(0, n.Type(0), Product(n, Swapped(n.Shape(0), n.Node.Int("transA", 0)), Swapped(n.Shape(1), n.Node.Int("transB", 0))));
    }

    public static void Gemm(InferenceNode n) => GemmShape(n, 0, 1, n.Type(0));

    public static void QGemm(InferenceNode n) => GemmShape(n, 0, 3, n.Has(8) ? n.Type(8) : DataType.Float);

    public static void Det(InferenceNode n)
    {
        var x = n.Shape(0);
        n.Out(0, n.Type(0), x.Length >= 2 ? x[..^2] : throw n.Mismatch($"rank {x.Length} holds no matrix"));
    }

    public static void Einsum(InferenceNode n)
    {
        var equation = EinsumEquation.Parse(n.Node.Text("equation", ""), [.. Enumerable.Range(0, n.InputCount).Select(n.Rank)]);
        var sizes = new Dictionary<string, SymInt>(StringComparer.Ordinal);
        for (int i = 0; i < n.InputCount; i++)
        {
            for (int axis = 0; axis < n.Rank(i); axis++)
            {
                string label = equation.Inputs[i][axis];
                sizes[label] = sizes.TryGetValue(label, out var size) && size != 1 ? size : n.Shape(i)[axis];
            }
        }

        n.Out(0, n.Type(0), [.. equation.Output.Select(label => sizes[label])]);
    }

    private static SymInt[] Swapped(SymInt[] shape, long swap) => swap == 0 || shape.Length < 2 ? shape : [.. shape[..^2], shape[^1], shape[^2]];

    private static SymInt[] Product(InferenceNode n, SymInt[] a, SymInt[] b)
    {
        if (a.Length == 0 || b.Length == 0)
        {
            throw n.Mismatch("a scalar has no matrix product");
        }

        SymInt[] left = a.Length == 1 ? [1, a[0]] : a, right = b.Length == 1 ? [b[0], 1] : b;
        if ((left[^1] - right[^2]) is { IsKnown: true, Value: not 0 })
        {
            throw n.Mismatch($"[{string.Join(", ", a)}] and [{string.Join(", ", b)}] do not multiply");
        }

        var result = Broadcasting.Combine(left[..^2], right[..^2]).ToList();
        if (a.Length > 1)
        {
            result.Add(left[^2]);
        }

        if (b.Length > 1)
        {
            result.Add(right[^1]);
        }

        return [.. result];
    }

    private static void GemmShape(InferenceNode n, int a, int b, DataType type)
    {
        SymInt[] left = n.Shape(a), right = n.Shape(b);
        if (left.Length != 2 || right.Length != 2)
        {
            throw n.Mismatch($"operands of ranks {left.Length} and {right.Length}");
        }

        bool transA = n.Node.Int("transA", 0) != 0, transB = n.Node.Int("transB", 0) != 0;
        if ((left[transA ? 0 : 1] - right[transB ? 1 : 0]) is { IsKnown: true, Value: not 0 })
        {
            throw n.Mismatch($"[{string.Join(", ", left)}] and [{string.Join(", ", right)}] do not multiply");
        }

        n.Out(0, type, [left[transA ? 1 : 0], right[transB ? 0 : 1]]);
    }
}
