using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Einstein sums: operands are joined from the left, each pair as a product of stacked matrices.</summary>
internal static class Einsum
{
    public static void Lower(LoweringNode n)
    {
        var operands = Enumerable.Range(0, n.InputCount).Select(n.In).ToList();
        var type = operands[0].Type;
        if (type is not (TensorType.Float32 or TensorType.Float64))
        {
            throw new RefusedException(ReasonCode.UnsupportedType, "Einsum of integers", "cast to float32 before");
        }

        var equation = EinsumEquation.Parse(n.Node.Text("equation", ""), [.. operands.Select(operand => operand.Rank)]);
        var left = Diagonal(n, new Labelled(n.B.Cast(operands[0], TensorType.Float32), equation.Inputs[0]));
        for (int i = 1; i < operands.Count; i++)
        {
            var later = equation.Inputs.Skip(i + 1).SelectMany(labels => labels).Concat(equation.Output).ToHashSet(StringComparer.Ordinal);
            left = Join(n, left, Diagonal(n, new Labelled(n.B.Cast(operands[i], TensorType.Float32), equation.Inputs[i])), later);
        }

        var summed = SumAway(n, left, equation.Output.ToHashSet(StringComparer.Ordinal));
        int[] order = Array.ConvertAll(equation.Output, label => Array.IndexOf(summed.Labels, label));
        n.Out(0, n.B.Cast(n.B.Transpose(summed.Value, order), type));
    }

    // A label that stands twice in one operand runs along a diagonal.
    private static Labelled Diagonal(LoweringNode n, Labelled operand)
    {
        string? twice = operand.Labels.GroupBy(label => label).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is null)
        {
            return operand;
        }

        int first = Array.IndexOf(operand.Labels, twice), second = Array.LastIndexOf(operand.Labels, twice);
        var size = operand.Value.Shape[first];
        if (!size.IsKnown)
        {
            throw n.Dynamic("a diagonal of an open axis");
        }

        int[] order = [first, second, .. Enumerable.Range(0, operand.Labels.Length).Where(i => i != first && i != second)];
        var moved = n.B.Transpose(operand.Value, order);
        var flat = n.B.Reshape(moved, [size * size, .. moved.Shape[2..]]);
        int[] picks = [.. Enumerable.Range(0, (int)size.Value).Select(i => i * ((int)size.Value + 1))];
        var diagonal = n.B.Gather(flat, n.B.Int32s(picks), 0);
        return Diagonal(n, new Labelled(diagonal, [twice, .. order.Skip(2).Select(i => operand.Labels[i])]));
    }

    private static Labelled SumAway(LoweringNode n, Labelled operand, HashSet<string> kept)
    {
        int[] axes = [.. Enumerable.Range(0, operand.Labels.Length).Where(i => !kept.Contains(operand.Labels[i]))];
        if (axes.Length == 0)
        {
            return operand;
        }

        string[] labels = [.. operand.Labels.Where(kept.Contains)];
        var sum = n.B.Sum(operand.Value, axes);
        return new Labelled(n.B.Reshape(sum, [.. sum.Shape.Where((_, axis) => !axes.Contains(axis))]), labels);
    }

    private static Labelled Join(LoweringNode n, Labelled a, Labelled b, HashSet<string> later)
    {
        var left = SumAway(n, a, [.. later, .. b.Labels]);
        var right = SumAway(n, b, [.. later, .. left.Labels]);
        string[] shared = [.. left.Labels.Where(right.Labels.Contains)];
        string[] batch = [.. shared.Where(later.Contains)], contracted = [.. shared.Where(label => !later.Contains(label))];
        string[] rows = [.. left.Labels.Except(shared)], columns = [.. right.Labels.Except(shared)];
        var x = Matrix(n, left, batch, rows, contracted);
        var y = Matrix(n, right, batch, contracted, columns);
        var product = n.B.BatchMatMul(x, y);
        SymInt[] Sizes(Labelled operand, string[] labels) => Array.ConvertAll(labels, label => operand.Value.Shape[Array.IndexOf(operand.Labels, label)]);
        SymInt[] batchSizes = [.. Sizes(left, batch).Zip(Sizes(right, batch), (p, q) => p == 1 ? q : p)];
        return new Labelled(n.B.Reshape(product, [.. batchSizes, .. Sizes(left, rows), .. Sizes(right, columns)]), [.. batch, .. rows, .. columns]);
    }

    // [batch, rows, columns], each a product of its labels' sizes; batch axes that broadcast stay apart when they differ.
    private static Tensor Matrix(LoweringNode n, Labelled operand, string[] batch, string[] rows, string[] columns)
    {
        int[] order = [.. batch.Concat(rows).Concat(columns).Select(label => Array.IndexOf(operand.Labels, label))];
        var moved = n.B.Transpose(operand.Value, order);
        SymInt Product(int from, int count) => SymInt.Product(moved.Shape.AsSpan(from, count));
        return n.B.Reshape(moved, [.. batch.Length > 3 ? [Product(0, batch.Length)] : moved.Shape[..batch.Length], Product(batch.Length, rows.Length), Product(batch.Length + rows.Length, columns.Length)]);
    }

    private sealed record Labelled(Tensor Value, string[] Labels);
}
