using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;

namespace Torch.Onnx.Operators;

/// <summary>
/// Einstein sums as transposes, reshapes and one MatMul for each pair of operands: plainer for every runtime than the
/// operator Einsum, which is left for equations with an ellipsis.
/// </summary>
internal static class EinsumLowering
{
    private sealed record Term(Value Value, string Labels);

    public static Value Lower(OperatorCall c, string equation, Tensor[] tensors)
    {
        string text = equation.Replace(" ", "", StringComparison.Ordinal);
        int arrow = text.IndexOf("->", StringComparison.Ordinal);
        string[] inputs = (arrow < 0 ? text : text[..arrow]).Split(',');
        var values = Array.ConvertAll(tensors, tensor => c.B.Cast(tensor.Value, c.ResultType()));
        if (inputs.Length != tensors.Length || Array.Exists(tensors, tensor => tensor.IsComplex))
        {
            throw LoweringException.Malformed($"the equation '{equation}' does not fit {tensors.Length} real operands");
        }

        string output = arrow < 0 ? ImplicitOutput(inputs) : text[(arrow + 2)..];
        if (text.Contains('.', StringComparison.Ordinal))
        {
            return c.B.Op("Einsum", [.. values], Attr.From("equation", $"{string.Join(',', inputs)}->{output}"));
        }

        var sizes = Sizes(c, inputs, tensors);
        var terms = new Queue<Term>(inputs.Zip(values, (labels, value) => Diagonal(c.B, new Term(value, labels), sizes)));
        var term = terms.Dequeue();
        while (terms.TryDequeue(out var next))
        {
            string kept = output + string.Concat(terms.Select(rest => rest.Labels));
            term = Multiply(c, Reduce(c.B, term, kept + next.Labels), Reduce(c.B, next, kept + term.Labels), kept, sizes);
        }

        var summed = Reduce(c.B, term, output);
        return summed.Labels.Length == output.Length && output.All(summed.Labels.Contains)
            ? c.B.Transpose(summed.Value, [.. output.Select(label => (long)summed.Labels.IndexOf(label, StringComparison.Ordinal))])
            : throw LoweringException.Malformed($"the equation '{equation}' has an output label that no operand has");
    }

    // Labels that occur once, in alphabetical order, capitals first; the ellipsis leads.
    private static string ImplicitOutput(string[] inputs)
    {
        string all = string.Concat(inputs);
        string labels = string.Concat(all.Where(char.IsAsciiLetter).GroupBy(label => label).Where(group => group.Count() == 1).Select(group => group.Key).Order());
        return all.Contains('.', StringComparison.Ordinal) ? $"...{labels}" : labels;
    }

    private static Dictionary<char, Number> Sizes(OperatorCall c, string[] inputs, Tensor[] tensors)
    {
        var sizes = new Dictionary<char, Number>();
        for (int i = 0; i < inputs.Length; i++)
        {
            if (inputs[i].Length != tensors[i].Rank)
            {
                throw LoweringException.Malformed($"'{inputs[i]}' labels a tensor of {tensors[i].Rank} dimensions");
            }

            for (int axis = 0; axis < inputs[i].Length; axis++)
            {
                // A dimension of size 1 is broadcast.
                if (!sizes.TryGetValue(inputs[i][axis], out var known) || known.Is(1))
                {
                    sizes[inputs[i][axis]] = c.Sizes.SizeOf(tensors[i], axis);
                }
            }
        }

        return sizes;
    }

    private static Term Diagonal(OnnxBuilder b, Term term, Dictionary<char, Number> sizes)
    {
        while (term.Labels.GroupBy(label => label).FirstOrDefault(group => group.Count() > 1) is { } repeated)
        {
            int first = term.Labels.IndexOf(repeated.Key, StringComparison.Ordinal);
            int second = term.Labels.IndexOf(repeated.Key, first + 1);
            long size = sizes[repeated.Key] is { IsConstant: true } number ? number.Integer : throw LoweringException.Dynamic("a repeated label's dimension must be static");
            long[] order = [first, second, .. BuilderShapes.Order(term.Labels.Length).Where(axis => axis != first && axis != second)];
            ConstantPool.CheckCount(size);
            var positions = b.Constants.Integers([size, 2], [.. Enumerable.Range(0, (int)size).SelectMany(i => new long[] { i, i })]);
            string rest = string.Concat(order.Skip(2).Select(axis => term.Labels[(int)axis]));
            term = new Term(b.Op("GatherND", b.Transpose(term.Value, order), positions), $"{repeated.Key}{rest}");
        }

        return term;
    }

    private static Term Reduce(OnnxBuilder b, Term term, string kept)
    {
        long[] axes = [.. BuilderShapes.Order(term.Labels.Length).Where(axis => !kept.Contains(term.Labels[(int)axis], StringComparison.Ordinal))];
        return new Term(b.Sum(term.Value, axes), string.Concat(term.Labels.Where(label => kept.Contains(label, StringComparison.Ordinal))));
    }

    private static Term Multiply(OperatorCall c, Term left, Term right, string kept, Dictionary<char, Number> sizes)
    {
        string both = string.Concat(left.Labels.Where(label => right.Labels.Contains(label, StringComparison.Ordinal)));
        string batch = string.Concat(both.Where(label => kept.Contains(label, StringComparison.Ordinal)));
        string summed = string.Concat(both.Where(label => !kept.Contains(label, StringComparison.Ordinal)));
        string rows = string.Concat(left.Labels.Where(label => !both.Contains(label, StringComparison.Ordinal)));
        string columns = string.Concat(right.Labels.Where(label => !both.Contains(label, StringComparison.Ordinal)));
        if (summed.Length == 0)
        {
            string all = batch + rows + columns;
            return new Term(c.B.Mul(Aligned(c.B, left, all), Aligned(c.B, right, all)), all);
        }

        var x = Matrices(c, left, batch, rows, summed, sizes);
        var y = Matrices(c, right, batch, summed, columns, sizes);
        var product = c.B.Op("MatMul", x, y);
        return new Term(Apart(c, product, batch, rows, columns, sizes), batch + rows + columns);
    }

    // The operand with its labels in the order of others, dimensions of size 1 for those that it lacks.
    private static Value Aligned(OnnxBuilder b, Term term, string labels)
    {
        long[] order = [.. labels.Where(label => term.Labels.Contains(label, StringComparison.Ordinal)).Select(label => (long)term.Labels.IndexOf(label, StringComparison.Ordinal))];
        long[] added = [.. BuilderShapes.Order(labels.Length).Where(axis => !term.Labels.Contains(labels[(int)axis], StringComparison.Ordinal))];
        return b.Unsqueeze(b.Transpose(term.Value, order), added);
    }

    // [batch..., product of the first labels, product of the second].
    private static Value Matrices(OperatorCall c, Term term, string batch, string first, string second, Dictionary<char, Number> sizes)
    {
        string labels = batch + first + second;
        var turned = c.B.Transpose(term.Value, [.. labels.Select(label => (long)term.Labels.IndexOf(label, StringComparison.Ordinal))]);
        if (first.Length == 1 && second.Length == 1)
        {
            return turned;
        }

        if (first.Length + second.Length == 1)
        {
            return c.B.Unsqueeze(turned, first.Length == 0 ? batch.Length : batch.Length + 1);
        }

        Number[] shape = [.. batch.Select(_ => (Number)0), Product(c, first, sizes), Product(c, second, sizes)];
        return c.B.Op("Reshape", turned, c.Sizes.ShapeOf(shape));
    }

    private static Value Apart(OperatorCall c, Value product, string batch, string rows, string columns, Dictionary<char, Number> sizes)
    {
        if (rows.Length == 1 && columns.Length == 1)
        {
            return product;
        }

        if (rows.Length <= 1 && columns.Length <= 1)
        {
            var axes = new List<long>();
            if (rows.Length == 0)
            {
                axes.Add(batch.Length);
            }

            if (columns.Length == 0)
            {
                axes.Add(batch.Length + 1);
            }

            return c.B.Squeeze(product, [.. axes]);
        }

        Number[] shape = [.. batch.Select(_ => (Number)0), .. rows.Select(label => sizes[label]), .. columns.Select(label => sizes[label])];
        return c.B.Op("Reshape", product, c.Sizes.ShapeOf(shape));
    }

    private static Number Product(OperatorCall c, string labels, Dictionary<char, Number> sizes) =>
        labels.Select(label => sizes[label]).Aggregate((Number)1, (x, y) => NumberMath.Multiply(c.B, x, y));
}
