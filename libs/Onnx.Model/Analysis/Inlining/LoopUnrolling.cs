namespace Onnx.Model.Analysis.Inlining;

/// <summary>Unrolls a Loop whose number of turns is known.</summary>
internal static class LoopUnrolling
{
    public static bool TryUnroll(AnalysisContext context, NodeProto node)
    {
        var body = node.Attribute("body")?.Graph ?? throw new OnnxGraphException(GraphError.InvalidNode, "attribute body is missing");
        var trips = context.Find(node.Input(0))?.Constant;
        bool runs = node.Input(1).Length == 0 || Condition(context, node.Input(1)) == true;
        if (trips is null || body.Outputs.Count == 0 || body.Inputs.Count < 2 || node.Inputs.Count != body.Inputs.Count)
        {
            return false;
        }

        long turns = Condition(context, node.Input(1)) == false ? 0 : TensorReading.Int64s(trips)[0];
        if ((!runs && turns > 0) || turns > context.Session.Options.MaxUnrolledTurns || turns * body.Nodes.Count > context.Session.UnrollBudget || !KeepsGoing(body))
        {
            return false;
        }

        context.Session.UnrollBudget -= (int)turns * body.Nodes.Count;
        Unroll(context, node, body, (int)turns);
        return true;
    }

    // The body decides to go on only by handing its condition through or by a constant: anything else needs a real loop.
    private static bool KeepsGoing(GraphProto body)
    {
        string name = body.Outputs[0].Name;
        for (int hops = 0; hops <= body.Nodes.Count; hops++)
        {
            if (name == body.Inputs[1].Name || body.Initializers.Exists(tensor => tensor.Name == name && tensor.Data.Length == 1 && tensor.Data.AsSpan()[0] != 0))
            {
                return true;
            }

            var giver = body.Nodes.Find(node => node.Outputs.Contains(name));
            if (giver is { OpType: "Constant", Domain: "" })
            {
                return giver.Attribute("value")?.Value is TensorProto { DataType: DataType.Bool, ElementCount: 1 } value && value.Data.AsSpan()[0] != 0;
            }

            if (giver is not { OpType: "Identity" or "Cast", Domain: "" })
            {
                return false;
            }

            name = giver.Input(0);
        }

        return false;
    }

    private static void Unroll(AnalysisContext context, NodeProto node, GraphProto body, int turns)
    {
        int carried = body.Inputs.Count - 2;
        var state = node.Inputs.Skip(2).ToList();
        var collected = Enumerable.Range(0, body.Outputs.Count - 1 - carried).Select(_ => new List<string>()).ToList();
        string going = context.Constant("going", TensorWriting.FromInt64s(DataType.Bool, [], [1]));
        for (int turn = 0; turn < turns; turn++)
        {
            string index = context.Constant("turn", TensorWriting.Int64s("", [turn], scalar: true));
            string prefix = context.Session.Fresh(node.Name.Length > 0 ? node.Name : "Loop") + "/";
            var outputs = BodyInlining.Inline(context, body, [index, going, .. state], prefix);
            state = [.. outputs.Skip(1).Take(carried)];
            for (int i = 0; i < collected.Count; i++)
            {
                collected[i].Add(outputs[1 + carried + i]);
            }
        }

        for (int i = 0; i < carried && i < node.Outputs.Count; i++)
        {
            ControlFlowInlining.Rename(context, state[i], node.Outputs[i]);
        }

        for (int i = 0; i < collected.Count && carried + i < node.Outputs.Count; i++)
        {
            Stacking.Stack(context, collected[i], node.Outputs[carried + i], axis: 0, body.Outputs[1 + carried + i]);
        }
    }

    private static bool? Condition(AnalysisContext context, string name) =>
        name.Length > 0 && context.Find(name)?.Constant is { DataType: DataType.Bool, ElementCount: 1 } constant ? constant.Data.AsSpan()[0] != 0 : null;
}
