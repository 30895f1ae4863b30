using Onnx.Model.Analysis;
using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Passes;

/// <summary>Transposes over fewer axes: those of size 1 and those that stay neighbours need not be told apart.</summary>
internal static class MergeTransposeAxesPass
{
    private const int KernelLimit = 6;

    public static void Run(Subgraph graph, PassContext context)
    {
        var builder = new GraphBuilder(graph, context.Names);
        foreach (var op in graph.Operators.Where(op => op.Code == BuiltinOperator.Transpose && op.Output.Rank > 4).ToList())
        {
            builder.Origin = op.Origin;
            if (!Merge(graph, builder, op) && op.Output.Rank > KernelLimit)
            {
                context.Notes.Refusals.Add(new ConversionRefusal(
                    ReasonCode.UnsupportedRank, op.Origin, "TRANSPOSE", $"a transpose of {op.Output.Rank} dimensions that all change their neighbours", "transpose in two steps"));
            }
        }
    }

    private static bool Merge(Subgraph graph, GraphBuilder builder, Operator op)
    {
        var input = op.Input(0);
        int[] order = ConstantTensors.ReadInt32s(op.Input(1));
        List<List<int>> groups = Groups(order, input.Shape);
        if (groups.Count == order.Length || groups.Count < 2 || groups.Count > KernelLimit)
        {
            return false;
        }

        // Groups in the order of the operand.
        var stored = groups.OrderBy(group => group[0]).ToList();
        var narrow = builder.Reshape(input, [.. stored.Select(group => SymInt.Product(group.Select(axis => input.Shape[axis]).ToArray()))]);
        var moved = builder.Transpose(narrow, [.. groups.Select(group => stored.IndexOf(group))]);
        moved.Quantization = op.Output.Quantization;
        var full = builder.Add(BuiltinOperator.Reshape, new ReshapeOptions(null), [moved, new RuntimeShape(builder).Of(moved, op.Output.Shape)], op.Output.Type, op.Output.Shape);
        full.Quantization = op.Output.Quantization;
        (full.Name, op.Output.Name) = (op.Output.Name, full.Name);
        graph.Replace(op.Output, full);
        return true;
    }

    // Runs of axes that follow each other before and after, in the order of the result.
    private static List<List<int>> Groups(int[] order, SymInt[] shape)
    {
        var groups = new List<List<int>>();
        foreach (int axis in order.Where(axis => shape[axis] != 1))
        {
            int before = groups.Count == 0 ? -1 : groups[^1][^1];
            bool follows = groups.Count > 0 && before < axis && Enumerable.Range(before + 1, axis - before - 1).All(between => shape[between] == 1);
            if (follows)
            {
                groups[^1].Add(axis);
            }
            else
            {
                groups.Add([axis]);
            }
        }

        return groups;
    }
}
