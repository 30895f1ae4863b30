using Onnx.Tflite.Ir;

namespace Onnx.Tflite.Lowering;

/// <summary>The steps of one direction, one after the other.</summary>
internal static class RecurrentSequence
{
    // Longer sequences would be tens of thousands of operators.
    private const long MaxSteps = 2048;

    public static RecurrentRun Run(LoweringNode n, RecurrentCell cell, RecurrentDirection direction, Tensor x, Tensor[] states, Tensor? lengths, bool reverse)
    {
        int steps = x.Shape[0].Value <= MaxSteps ? (int)x.Shape[0].Value : throw n.Dynamic($"sequences longer than {MaxSteps} steps");
        var b = n.B;
        // The inputs of all steps meet their weights in one product.
        var products = RecurrentProduct.Of(b, x, direction.InputWeights, direction.TotalInputBias);
        var outputs = new Tensor[steps];
        for (int i = 0; i < steps; i++)
        {
            int at = reverse ? steps - 1 - i : i;
            var input = b.Squeeze(b.Slice(products, 0, at, 1), 0);
            var next = cell.Step(direction, input, states);
            if (lengths is not null)
            {
                // Beyond its length a sequence keeps its state and gives zeros; backwards, it has not begun yet.
                var active = b.Reshape(b.Less(b.Int32(at), lengths), [lengths.Shape[0], 1]);
                outputs[at] = b.Select(active, next[0], b.Float(0));
                next = [.. next.Select((state, k) => b.Select(active, state, states[k]))];
            }
            else
            {
                outputs[at] = next[0];
            }

            states = next;
        }

        var stacked = n.Wants(0) ? b.Concat([.. outputs.Select(output => b.Unsqueeze(output, 0))], 0) : outputs[0];
        return new RecurrentRun(stacked, states);
    }
}
