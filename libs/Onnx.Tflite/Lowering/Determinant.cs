using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Lowering;

/// <summary>Determinants of small matrices, expanded along the first row.</summary>
internal static class Determinant
{
    public static void Lower(LoweringNode n)
    {
        var x = n.In(0);
        if (x.Shape[^1] is not { IsKnown: true, Value: >= 1 and <= 4 } size || x.Shape[^2] != size)
        {
            throw n.Unsupported($"a determinant of a {x.Shape[^2]} x {x.Shape[^1]} matrix");
        }

        var elements = new Dictionary<(int Row, int Column), Tensor>();
        Tensor Element(int row, int column) => elements.TryGetValue((row, column), out var known) ? known
            : elements[(row, column)] = n.B.Slice(n.B.Slice(x, x.Rank - 2, row, 1), x.Rank - 1, column, 1);
        var result = Expand(n, Element, 0, [.. Enumerable.Range(0, (int)size.Value)]);
        n.Out(0, n.B.Reshape(result, n.OutShape(0)));
    }

    private static Tensor Expand(LoweringNode n, Func<int, int, Tensor> element, int row, int[] columns)
    {
        if (columns.Length == 1)
        {
            return element(row, columns[0]);
        }

        Tensor? sum = null;
        for (int i = 0; i < columns.Length; i++)
        {
            int[] rest = [.. columns.Where((_, k) => k != i)];
            var term = n.B.Times(element(row, columns[i]), Expand(n, element, row + 1, rest));
            sum = sum is null ? term : i % 2 == 0 ? n.B.Plus(sum, term) : n.B.Minus(sum, term);
        }

        return sum!;
    }
}
