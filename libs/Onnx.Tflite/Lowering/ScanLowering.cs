using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Scan over more elements than are written out, as WHILE.</summary>
internal static class ScanLowering
{
    public static void Lower(LoweringNode n)
    {
        var source = n.Graph.Source.Body(n.Node, "body");
        var form = ScanForm.Of(n.Node);
        var names = source.Source.Inputs.ConvertAll(input => input.Name);
        long turns = Turns(n, form);
        var loop = new WhileAssembly(n, source);
        var index = loop.CarryIndex(n.B.Names.Fresh(n.B.Origin), TensorType.Int32);
        for (int i = 0; i < form.StateCount; i++)
        {
            loop.Carry(names[i], n.In(i));
        }

        var back = loop.Inside.Minus(loop.Inside.Number(TensorType.Int32, turns - 1), index);
        for (int i = 0; i < form.ScanInputs; i++)
        {
            var whole = loop.Body.Capture(n.In(form.StateCount + i));
            loop.Body.Define(names[form.StateCount + i], loop.Inside.Gather(whole, form.InputReversed(i) ? back : index, form.InputAxis(i, whole.Rank)));
        }

        loop.Body.Run();
        var results = source.Source.Outputs.ConvertAll(output => loop.Body.Lowering.Value(output.Name));
        List<Tensor> next = [loop.Next(index), .. results.Take(form.StateCount)];
        next.AddRange(results.Skip(form.StateCount).Select((slice, i) => loop.Collect(slice, form.OutputReversed(i) ? back : index, turns)));
        var b = loop.Condition.Lowering.Builder;
        var outputs = loop.Emit(next, b.Less(loop.Condition.Graph.Inputs[0], b.Number(TensorType.Int32, turns)));
        for (int i = 0; i < n.OutputCount; i++)
        {
            n.Out(i, i < form.StateCount ? outputs[1 + i] : Placed(n, outputs[1 + i], form.OutputAxis(i - form.StateCount)));
        }
    }

    private static long Turns(LoweringNode n, ScanForm form)
    {
        var x = n.In(form.StateCount);
        var length = x.Shape[form.InputAxis(0, x.Rank)];
        return length.IsKnown ? length.Value : throw new RefusedException(
            ReasonCode.UnsupportedControlFlow, $"the number of turns {length} is open", "fix the input shapes with --input");
    }

    // Collected along the first axis; the node may want another.
    private static Tensor Placed(LoweringNode n, Tensor collected, long axis)
    {
        int to = n.Axis(axis, collected.Rank);
        return to == 0 ? collected : n.B.Transpose(collected, [.. Enumerable.Range(1, to), 0, .. Enumerable.Range(to + 1, collected.Rank - to - 1)]);
    }
}
