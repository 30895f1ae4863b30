namespace Onnx.Model.Analysis.Rules;

/// <summary>Operators with bodies.</summary>
internal static class ControlFlowRules
{
    public static void If(InferenceNode n)
    {
        var yes = Outputs(n.Body("then_branch", []));
        var no = Outputs(n.Body("else_branch", []));
        if (yes.Count != n.Outputs.Length || no.Count != n.Outputs.Length)
        {
            throw n.Mismatch($"branches give {yes.Count} and {no.Count} values for {n.Outputs.Length} outputs");
        }

        for (int i = 0; i < n.Outputs.Length; i++)
        {
            n.Set(i, FactJoin.Join(yes[i], no[i], n.Node.Output(i)));
        }
    }

    public static void Loop(InferenceNode n)
    {
        // Two rounds: what a turn changes in a carried shape is open in the next.
        var carried = Enumerable.Range(2, Math.Max(n.InputCount - 2, 0)).Select(i => n.Has(i) ? Runtime(n.In(i)) : ValueFact.Unknown).ToList();
        var counter = new ValueFact(DataType.Int64, []);
        var going = new ValueFact(DataType.Bool, []);
        var first = Outputs(n.Body("body", [counter, going, .. carried]));
        var joined = carried.Select((fact, i) => i + 1 < first.Count ? FactJoin.Join(fact, first[i + 1], $"{n.Node.Output(i)}") : fact).ToList();
        var outputs = joined.SequenceEqual(carried, FactJoin.SameShape) ? first : Outputs(n.Body("body", [counter, going, .. joined]));
        for (int i = 0; i < joined.Count; i++)
        {
            n.Set(i, joined[i]);
        }

        for (int i = joined.Count; i < n.Outputs.Length && i + 1 < outputs.Count; i++)
        {
            var slice = outputs[i + 1];
            n.Out(i, slice.Type, slice.Shape is null ? null : [SymInt.DataDependent($"{n.Node.Output(i)}.0"), .. slice.Shape]);
        }
    }

    public static void Scan(InferenceNode n)
    {
        var form = ScanForm.Of(n.Node);
        var arguments = Enumerable.Range(0, n.InputCount).Select(i => i < form.StateCount ? Runtime(n.In(i)) : Slice(n, form, i - form.StateCount)).ToList();
        var outputs = Outputs(n.Body("body", arguments));
        SymInt length = n.Shape(form.StateCount)[form.InputAxis(0, n.Rank(form.StateCount))];
        for (int i = 0; i < n.Outputs.Length && i < outputs.Count; i++)
        {
            n.Set(i, i < form.StateCount ? Runtime(outputs[i]) : Stacked(n, outputs[i], form.OutputAxis(i - form.StateCount), length));
        }
    }

    private static ValueFact Slice(InferenceNode n, ScanForm form, int i)
    {
        var fact = n.In(form.StateCount + i);
        int axis = form.InputAxis(i, fact.Rank);
        return new ValueFact(fact.Type, [.. fact.Shape![..axis], .. fact.Shape[(axis + 1)..]]);
    }

    private static ValueFact Stacked(InferenceNode n, ValueFact slice, long axis, SymInt length)
    {
        if (slice.Shape is not { } shape)
        {
            return slice;
        }

        int at = n.Axis(axis, shape.Length + 1);
        return new ValueFact(slice.Type, [.. shape[..at], length, .. shape[at..]]);
    }

    private static List<ValueFact> Outputs(AnalyzedGraph body) => body.Source.Outputs.ConvertAll(output => Runtime(body.Find(output.Name) ?? ValueFact.Unknown));

    // What a body computes is not constant for the graph around it, even where one evaluation of it would be.
    private static ValueFact Runtime(ValueFact fact) => new(fact.Type, fact.Shape) { NonTensor = fact.NonTensor };
}
