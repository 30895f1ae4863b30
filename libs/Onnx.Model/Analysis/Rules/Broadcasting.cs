namespace Onnx.Model.Analysis;

/// <summary>Numpy's rule for operands of different shapes.</summary>
public static class Broadcasting
{
    /// <summary>The shape that all given shapes broadcast to.</summary>
    /// <exception cref="OnnxGraphException">Two dimensions differ and neither is 1.</exception>
    public static SymInt[] Combine(params ReadOnlySpan<SymInt[]> shapes)
    {
        SymInt[] result = [];
        foreach (var shape in shapes)
        {
            result = Combine(result, shape);
        }

        return result;
    }

    private static SymInt[] Combine(SymInt[] a, SymInt[] b)
    {
        var result = new SymInt[Math.Max(a.Length, b.Length)];
        for (int i = 1; i <= result.Length; i++)
        {
            SymInt left = i <= a.Length ? a[^i] : 1, right = i <= b.Length ? b[^i] : 1;
            result[^i] = Combine(left, right);
        }

        return result;
    }

    private static SymInt Combine(SymInt a, SymInt b)
    {
        if (a == b || b == 1)
        {
            return a;
        }

        if (a == 1)
        {
            return b;
        }

        if (a.IsKnown && b.IsKnown)
        {
            throw new OnnxGraphException(GraphError.ShapeMismatch, $"dimensions {a} and {b} do not broadcast");
        }

        // An open dimension beside a known one is that one, or 1; beside another open one it is the larger.
        return a.IsKnown ? a : b.IsKnown ? b : SymInt.Max(a, b);
    }
}
