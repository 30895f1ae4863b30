using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Writing;

/// <summary>All subgraphs of a model; the main one is number 0.</summary>
internal static class SubgraphTable
{
    /// <summary>Numbers the subgraphs and tells IF and WHILE the numbers of their bodies.</summary>
    public static List<Subgraph> Number(Subgraph main)
    {
        var all = main.WithBodies().ToList();
        foreach (var op in all.SelectMany(graph => graph.Operators).Where(op => op.Bodies.Length > 0))
        {
            op.Options = ((BodyOptions)op.Options) with { First = all.IndexOf(op.Bodies[0]), Second = all.IndexOf(op.Bodies[1]) };
        }

        return all;
    }
}
