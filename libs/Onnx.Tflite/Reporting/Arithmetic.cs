using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Reporting;

/// <summary>How much a graph computes and holds. Open dimensions count as one.</summary>
internal static class Arithmetic
{
    /// <summary>Multiplications with an addition each, of convolutions and matrix products.</summary>
    public static long MultiplyAdds(Operator op) => op.Code switch
    {
        BuiltinOperator.Conv2d or BuiltinOperator.Conv3d => op.Output.Count * (op.Input(1).Count / Math.Max(op.Output.Shape[^1].IsKnown ? op.Output.Shape[^1].Value : 1, 1)),
        BuiltinOperator.DepthwiseConv2d => op.Output.Count * Known(op.Input(1), 1) * Known(op.Input(1), 2),
        BuiltinOperator.TransposeConv => op.Input(2).Count * Known(op.Input(1), 0) * Known(op.Input(1), 1) * Known(op.Input(1), 2),
        BuiltinOperator.FullyConnected => op.Output.Count * Known(op.Input(1), 1),
        BuiltinOperator.BatchMatmul => op.Output.Count * Known(op.Input(0), op.Options is BatchMatMulOptions { AdjointX: true } ? op.Input(0).Rank - 2 : op.Input(0).Rank - 1),
        _ => 0,
    };

    /// <summary>Elements of all different constants.</summary>
    public static long Parameters(Subgraph graph) => graph.Operators.SelectMany(op => op.Inputs).OfType<Tensor>().Where(tensor => tensor.IsConstant)
        .DistinctBy(tensor => tensor.Data!.Identity).Sum(tensor => tensor.Count);

    /// <summary>The most bytes of activations that are needed at once, in the order of the operators.</summary>
    public static long PeakActivationBytes(Subgraph graph)
    {
        var last = new Dictionary<Tensor, int>();
        for (int i = 0; i < graph.Operators.Count; i++)
        {
            foreach (var input in graph.Operators[i].Inputs.OfType<Tensor>().Where(tensor => !tensor.IsConstant))
            {
                last[input] = i;
            }
        }

        long held = graph.Inputs.Sum(Bytes), peak = held;
        for (int i = 0; i < graph.Operators.Count; i++)
        {
            held += graph.Operators[i].Outputs.Sum(Bytes);
            peak = Math.Max(peak, held);
            held -= graph.Operators[i].Inputs.OfType<Tensor>().Distinct().Where(tensor => last.GetValueOrDefault(tensor, -1) == i && tensor.OutputUses == 0).Sum(Bytes);
        }

        return peak;
    }

    private static long Bytes(Tensor tensor) => tensor.Count * tensor.Type.Size();

    private static long Known(Tensor tensor, int axis) => tensor.Shape[axis].IsKnown ? tensor.Shape[axis].Value : 1;
}
