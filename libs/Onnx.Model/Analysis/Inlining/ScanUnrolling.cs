namespace Onnx.Model.Analysis.Inlining;

/// <summary>Unrolls a Scan (opset 9 and later) whose sequence length is known.</summary>
internal static class ScanUnrolling
{
    public static bool TryUnroll(AnalysisContext context, NodeProto node)
    {
        var form = ScanForm.Of(node);
        var first = context.Find(node.Input(form.StateCount));
        if (first?.Shape is not { } shape || form.ScanInputs == 0)
        {
            return false;
        }

        int axis = form.InputAxis(0, shape.Length);
        if (!shape[axis].IsKnown || shape[axis].Value > context.Session.Options.MaxUnrolledTurns || shape[axis].Value * form.Body.Nodes.Count > context.Session.UnrollBudget)
        {
            return false;
        }

        context.Session.UnrollBudget -= (int)shape[axis].Value * form.Body.Nodes.Count;
        Unroll(context, node, form, (int)shape[axis].Value);
        return true;
    }

    private static void Unroll(AnalysisContext context, NodeProto node, ScanForm form, int turns)
    {
        var state = node.Inputs.Take(form.StateCount).ToList();
        var collected = Enumerable.Range(0, form.ScanOutputs).Select(_ => new List<string>()).ToList();
        for (int turn = 0; turn < turns; turn++)
        {
            var slices = Enumerable.Range(0, form.ScanInputs).Select(i => Slice(context, node, form, i, turn, turns));
            string prefix = context.Session.Fresh(node.Name.Length > 0 ? node.Name : "Scan") + "/";
            var outputs = BodyInlining.Inline(context, form.Body, [.. state, .. slices], prefix);
            state = [.. outputs.Take(form.StateCount)];
            for (int i = 0; i < collected.Count; i++)
            {
                collected[i].Insert(form.OutputReversed(i) ? 0 : collected[i].Count, outputs[form.StateCount + i]);
            }
        }

        for (int i = 0; i < form.StateCount && i < node.Outputs.Count; i++)
        {
            ControlFlowInlining.Rename(context, state[i], node.Outputs[i]);
        }

        for (int i = 0; i < collected.Count && form.StateCount + i < node.Outputs.Count; i++)
        {
            Stacking.Stack(context, collected[i], node.Outputs[form.StateCount + i], form.OutputAxis(i), form.Body.Outputs[form.StateCount + i]);
        }
    }

    private static string Slice(AnalysisContext context, NodeProto node, ScanForm form, int i, int turn, int turns)
    {
        string input = node.Inputs[form.StateCount + i];
        int axis = form.InputAxis(i, context.Find(input)!.Rank);
        long at = form.InputReversed(i) ? turns - 1 - turn : turn;
        string index = context.Constant("turn", TensorWriting.Int64s("", [at], scalar: true));
        string slice = context.Session.Fresh(input);
        context.Emit(new NodeProto { OpType = "Gather", Name = slice, Inputs = { input, index }, Outputs = { slice }, Attributes = { AttributeProto.From("axis", axis) } });
        return slice;
    }
}
