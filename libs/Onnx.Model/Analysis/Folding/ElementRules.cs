namespace Onnx.Model.Analysis.Folding;

/// <summary>Follows the elements of shape vectors through the operators that exporters use on them, known or symbolic.</summary>
internal static class ElementRules
{
    /// <summary>Gives the node's output its elements where they can be followed.</summary>
    public static void Apply(InferenceNode n)
    {
        if (n.Node.Domain.Length > 0 || n.Outputs is not [{ Elements: null, IsStatic: true } fact] || !fact.Type.IsInteger() || fact.Count!.Value is not { IsKnown: true, Value: <= ValueFact.MaxElements })
        {
            return;
        }

        if (Elements(n, fact) is { } elements && elements.Length == fact.Count.Value.Value)
        {
            n.Set(0, fact with { Elements = elements });
        }
    }

    private static SymInt[]? Elements(InferenceNode n, ValueFact fact) => n.Node.OpType switch
    {
        "Cast" when n.Type(0).IsInteger() => n.Elements(0),
        "Identity" or "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze" => n.Elements(0),
        "Transpose" or "Slice" or "Expand" => View(n, fact),
        "Concat" => Concat(n),
        "Gather" => Gather(n),
        "Add" => Binary(n, fact, (a, b) => a + b),
        "Sub" => Binary(n, fact, (a, b) => a - b),
        "Mul" => Binary(n, fact, (a, b) => a * b),
        "Div" => Binary(n, fact, Quotient),
        "Mod" when n.Node.Int("fmod", 0) == 0 => Binary(n, fact, Remainder),
        "Max" => Binary(n, fact, SymInt.Max),
        "Min" => Binary(n, fact, SymInt.Min),
        "Neg" => n.Elements(0) is { } x ? Array.ConvertAll(x, value => value * -1) : null,
        "ReduceProd" when n.Outputs[0].Count == 1 => n.Elements(0) is { } x ? [SymInt.Product(x)] : null,
        "ReduceSum" when n.Outputs[0].Count == 1 => n.Elements(0) is { } x ? [x.Aggregate((SymInt)0, (sum, value) => sum + value)] : null,
        "Range" => Range(n),
        "Where" => Where(n, fact),
        "ConstantOfShape" => Repeated(n, fact),
        _ => null,
    };

    private static SymInt[]? View(InferenceNode n, ValueFact fact)
    {
        if (n.Elements(0) is not { } x || !n.In(0).IsStatic || MovementKernels.ViewOf(n, Wide.Dims(n.In(0)), Wide.Dims(fact)) is not { } view)
        {
            return null;
        }

        var result = new SymInt[view.Count];
        view.Copy<SymInt>(x, result);
        return result;
    }

    private static SymInt[]? Concat(InferenceNode n)
    {
        if (n.Rank(0) != 1)
        {
            return null;
        }

        var result = new List<SymInt>();
        for (int i = 0; i < n.InputCount; i++)
        {
            if (n.Elements(i) is not { } part)
            {
                return null;
            }

            result.AddRange(part);
        }

        return [.. result];
    }

    private static SymInt[]? Gather(InferenceNode n)
    {
        if (n.Rank(0) != 1 || n.Elements(0) is not { } x || n.Ints(1) is not { } indices)
        {
            return null;
        }

        return Array.ConvertAll(indices, index =>
        {
            long at = index < 0 ? index + x.Length : index;
            return at >= 0 && at < x.Length ? x[at] : throw n.Invalid($"index {index} lies outside {x.Length} elements");
        });
    }

    private static SymInt[]? Binary(InferenceNode n, ValueFact fact, Func<SymInt, SymInt, SymInt> function)
    {
        long[] dims = Wide.Dims(fact);
        SymInt[]? result = null;
        for (int i = 0; i < n.InputCount; i++)
        {
            if (n.Elements(i) is not { } operand || !n.In(i).IsStatic)
            {
                return null;
            }

            SymInt[] spread = Array.ConvertAll(Wide.Positions(Wide.Dims(n.In(i)), dims), position => operand[position]);
            result = result is null ? spread : [.. result.Zip(spread, function)];
        }

        return result;
    }

    // Shapes are not negative, so rounding towards zero and rounding down are the same.
    private static SymInt Quotient(SymInt a, SymInt b) => a.IsKnown && b.IsKnown && b != 0 ? a.Value / b.Value : SymInt.FloorDivide(a, b);

    private static SymInt Remainder(SymInt a, SymInt b) => a - (SymInt.FloorDivide(a, b) * b);

    private static SymInt[]? Range(InferenceNode n)
    {
        if (n.Elements(0) is not [var start] || n.Elements(2) is not [var step] || n.Outputs[0].Count is not { IsKnown: true } count)
        {
            return null;
        }

        return [.. Enumerable.Range(0, (int)count.Value).Select(i => start + (step * i))];
    }

    private static SymInt[]? Where(InferenceNode n, ValueFact fact)
    {
        if (n.Ints(0) is not { } condition || n.Elements(1) is not { } yes || n.Elements(2) is not { } no)
        {
            return null;
        }

        long[] dims = Wide.Dims(fact);
        int[] c = Wide.Positions(Wide.Dims(n.In(0)), dims), y = Wide.Positions(Wide.Dims(n.In(1)), dims), z = Wide.Positions(Wide.Dims(n.In(2)), dims);
        return [.. c.Select((position, i) => condition[position] != 0 ? yes[y[i]] : no[z[i]])];
    }

    private static SymInt[]? Repeated(InferenceNode n, ValueFact fact)
    {
        long value = n.Node.Attribute("value") is { } given ? TensorReading.Int64s(given.Tensor)[0] : 0;
        return [.. Enumerable.Repeat((SymInt)value, (int)fact.Count!.Value.Value)];
    }
}
