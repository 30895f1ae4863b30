using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>A recurrent layer of one or two directions.</summary>
internal static class RecurrentLayer
{
    public static void Lower(LoweringNode n, RecurrentCell cell)
    {
        bool batchFirst = n.Node.Int("layout", 0) != 0;
        var x = batchFirst ? n.B.Transpose(n.In(0), [1, 0, 2]) : n.In(0);
        var r = n.In(2);
        if (!x.Shape[0].IsKnown || !r.IsStatic)
        {
            throw n.Dynamic("the sequence length and the weights' shape must be known");
        }

        string direction = n.Node.Text("direction", "forward");
        int count = direction == "bidirectional" ? 2 : 1;
        var results = Enumerable.Range(0, count).Select(i => Run(n, cell, x, i, count, direction == "reverse" || i == 1, r.Dims[2], batchFirst)).ToArray();
        Put(n, results, batchFirst);
    }

    private static RecurrentRun Run(LoweringNode n, RecurrentCell cell, Tensor x, int index, int count, bool reverse, long hidden, bool batchFirst)
    {
        var direction = new RecurrentDirection(n, cell, index, count, hidden);
        var lengths = Lengths(n, x);
        var states = Enumerable.Range(0, cell.States).Select(i => Initial(n, 5 + i, index, x.Shape[1], hidden, batchFirst)).ToArray();
        return RecurrentSequence.Run(n, cell, direction, x, states, lengths, reverse);
    }

    // Lengths that are all the whole sequence change nothing.
    private static Tensor? Lengths(LoweringNode n, Tensor x) =>
        !n.Has(4) || (n.Ints(4) is { } known && Array.TrueForAll(known, length => length == x.Shape[0].Value)) ? null : n.B.Cast(n.In(4), TensorType.Int32);

    private static Tensor Initial(LoweringNode n, int input, int index, SymInt batch, long hidden, bool batchFirst)
    {
        if (!n.Has(input))
        {
            return batch.IsKnown
                ? n.B.Floats([batch.Value, hidden], new float[batch.Value * hidden])
                : throw n.Dynamic("an open batch without initial state");
        }

        int axis = batchFirst ? 1 : 0;
        return n.B.Squeeze(n.B.Slice(n.In(input), axis, index, 1), axis);
    }

    private static void Put(LoweringNode n, RecurrentRun[] runs, bool batchFirst)
    {
        if (n.Wants(0))
        {
            // [steps, directions, batch, hidden]
            var stacked = n.B.Concat([.. runs.Select(run => n.B.Unsqueeze(run.Outputs, 1))], 1);
            n.Out(0, batchFirst ? n.B.Transpose(stacked, [2, 0, 1, 3]) : stacked);
        }

        for (int state = 0; state < runs[0].Final.Length; state++)
        {
            if (n.Wants(1 + state))
            {
                var last = n.B.Concat([.. runs.Select(run => n.B.Unsqueeze(run.Final[state], 0))], 0);
                n.Out(1 + state, batchFirst ? n.B.Transpose(last, [1, 0, 2]) : last);
            }
        }
    }
}

/// <summary>What a direction gave: outputs [steps, batch, hidden] and the last states.</summary>
internal sealed record RecurrentRun(Tensor Outputs, Tensor[] Final);
