using Onnx.Model;
using Onnx.Model.Analysis;

namespace Onnx.Tflite.Lowering;

/// <summary>
/// Finds float16 results that are computed further. Kernels compute in float32, which gives what the source gives for one operator:
/// the result is rounded to float16 at the end of both. Where the source rounds between two operators and the product does not,
/// they differ by a step of float16 (2^-11 of the value) or more.
/// </summary>
internal static class Float16Rounding
{
    // What these give is one of the values they take, so that nothing is rounded.
    private static readonly HashSet<string> s_exact =
    [
        "Abs", "Clip", "Compress", "Concat", "DepthToSpace", "Expand", "Flatten", "Gather", "GatherElements", "GatherND", "GlobalMaxPool", "Identity", "Max", "MaxPool",
        "Min", "Neg", "Pad", "ReduceMax", "ReduceMin", "Relu", "Reshape", "ReverseSequence", "ScatterElements", "ScatterND", "Slice", "SpaceToDepth", "Split", "Squeeze",
        "Tile", "TopK", "Transpose", "Unsqueeze", "Where",
    ];

    /// <summary>A refusal that names the first such operator and counts the others; null where there is none.</summary>
    public static ConversionRefusal? Find(AnalyzedGraph graph)
    {
        var further = new List<NodeProto>();
        Walk(graph, new HashSet<string>(StringComparer.Ordinal), further);
        return further.Count == 0 ? null : new ConversionRefusal(
            ReasonCode.Float16Rounding, GraphLowering.NameOf(further[0]), further[0].OpType,
            $"{further.Count} operators take float16 results of others, which the source rounds to float16 and kernels do not: the results would differ by a step of float16",
            "export the model in float32 (PyTorch: model.float()), or convert with --allow_float32_for_float16 if float32's results are as good");
    }

    private static void Walk(AnalyzedGraph graph, HashSet<string> rounded, List<NodeProto> further)
    {
        foreach (var node in graph.Nodes)
        {
            bool takesRounded = node.Inputs.Exists(rounded.Contains);
            bool hasBodies = WalkBodies(graph, node, rounded, further);
            bool exact = s_exact.Contains(node.OpType);
            if (takesRounded && !exact && !hasBodies && node.Outputs is [var result, ..] && graph.Find(result)?.Type is DataType.Float16 or DataType.Float or DataType.Double)
            {
                further.Add(node);
            }

            if (!exact || takesRounded)
            {
                rounded.UnionWith(node.Outputs.Where(output => graph.Find(output)?.Type == DataType.Float16));
            }
        }
    }

    // A body sees the values around it. What it takes itself may come from the turn before, whose result was rounded.
    private static bool WalkBodies(AnalyzedGraph graph, NodeProto node, HashSet<string> rounded, List<NodeProto> further)
    {
        var bodies = node.Attributes.Where(attribute => attribute.Value is GraphProto).Select(attribute => graph.Body(node, attribute.Name)).ToList();
        foreach (var body in bodies)
        {
            var seen = new HashSet<string>(rounded, StringComparer.Ordinal);
            seen.UnionWith(body.Source.Inputs.Select(input => input.Name).Where(name => body.Find(name)?.Type == DataType.Float16));
            Walk(body, seen, further);
        }

        return bodies.Count > 0;
    }
}
