using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Passes;

/// <summary>Reductions that drop their axes themselves where a reshape did it behind them. After the layout, when it is known how the rest is stored.</summary>
internal static class DropReducedAxesPass
{
    public static void Run(Subgraph graph)
    {
        foreach (var op in graph.Operators.Where(op => op.Code == BuiltinOperator.Reshape && SimplifyReshapePass.IsPlain(op)).ToList())
        {
            if (op.Input(0) is { HasOneReader: true, Producer: { Code: BuiltinOperator.Mean or BuiltinOperator.Sum, Options: ReducerOptions { KeepDims: true }, Inputs: [_, { IsConstant: true }] } reduction })
            {
                DropAxes(graph, op, reduction);
            }
        }
    }

    private static void DropAxes(Subgraph graph, Operator reshape, Operator reduction)
    {
        int rank = reduction.Input(0).Rank;
        var axes = ConstantTensors.ReadInt32s(reduction.Input(1)).Select(axis => axis < 0 ? axis + rank : axis).ToHashSet();
        var kept = reduction.Input(0).Shape.Where((_, axis) => !axes.Contains(axis)).ToArray();
        if (kept.AsSpan().SequenceEqual(reshape.Output.Shape))
        {
            reduction.Options = new ReducerOptions(KeepDims: false);
            reduction.Origin = $"{reduction.Origin} + {reshape.Origin}";
            reduction.Output.Shape = reshape.Output.Shape;
            Patterns.Replace(graph, reshape.Output, reduction.Output);
        }
    }
}
