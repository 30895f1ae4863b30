using Onnx.Model.Analysis;
using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Passes;

/// <summary>
/// Merges adjacent axes that an operator treats alike, where its tensors have more axes than the kernels take. Stored
/// dimensions: runs after the layout is decided.
/// </summary>
internal static class LimitRanksPass
{
    public static void Run(Subgraph graph, PassContext context)
    {
        var builder = new GraphBuilder(graph, context.Names);
        foreach (var op in graph.Operators.ToList())
        {
            builder.Origin = op.Origin;
            if (MergeRules.Of(op) is not { } rule || !rule.Exceeds(op))
            {
                continue;
            }

            int[] groups = rule.Groups(op);
            if (groups.Length < rule.Rank(op))
            {
                Merge(graph, builder, op, rule, groups);
            }

            if (rule.Exceeds(op))
            {
                context.Notes.Refusals.Add(new ConversionRefusal(
                    ReasonCode.UnsupportedRank,
                    op.Origin,
                    OperatorNames.Of(op.Code),
                    $"{OperatorNames.Of(op.Code)} over {rule.Rank(op)} dimensions is more than its kernel takes, and no adjacent ones can be merged",
                    "reshape the tensors to fewer dimensions"));
            }
        }
    }

    private static void Merge(Subgraph graph, GraphBuilder builder, Operator op, MergeRule rule, int[] groups)
    {
        int rank = rule.Rank(op);
        for (int i = 0; i < op.Inputs.Count; i++)
        {
            if (op.Inputs[i] is { } input && rule.IsData(op, i) && input.Rank == rank)
            {
                op.SetInput(i, builder.Reshape(input, Merged(input.Shape, groups)));
            }
        }

        rule.Apply(op, groups);
        foreach (var output in op.Outputs.ToList())
        {
            Restore(graph, builder, op, output, groups);
        }
    }

    // The operator gives a tensor of fewer axes; everybody else reads the full shape as before.
    private static void Restore(Subgraph graph, GraphBuilder builder, Operator op, Tensor output, int[] groups)
    {
        var narrow = new Tensor(builder.Names.Fresh(op.Origin), output.Type, Merged(output.Shape, groups)) { Quantization = output.Quantization, Producer = op };
        op.Outputs[op.Outputs.IndexOf(output)] = narrow;
        var full = builder.Add(BuiltinOperator.Reshape, new ReshapeOptions(null), [narrow, new RuntimeShape(builder).Of(narrow, output.Shape)], output.Type, output.Shape);
        full.Quantization = output.Quantization;
        (full.Name, output.Name) = (output.Name, full.Name);
        graph.Replace(output, full);
    }

    /// <summary>Products of the axes of each group; a group is given by its first axis.</summary>
    internal static SymInt[] Merged(SymInt[] shape, int[] groups)
    {
        var merged = new SymInt[groups.Length];
        for (int i = 0; i < groups.Length; i++)
        {
            int end = i + 1 < groups.Length ? groups[i + 1] : shape.Length;
            merged[i] = SymInt.Product(shape.AsSpan(groups[i], end - groups[i]));
        }

        return merged;
    }
}
