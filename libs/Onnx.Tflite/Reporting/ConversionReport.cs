using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Onnx.Model;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Lowering;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Reporting;

/// <summary>The report of a conversion: docs/converter.md describes its keys.</summary>
internal static class ConversionReport
{
    private const string Joint = " + ";

    public static JsonObject Of(ModelProto source, Subgraph graph, ConvertOptions options)
    {
        var operators = graph.WithBodies().SelectMany(body => body.Operators).ToList();
        return new JsonObject
        {
            ["min_runtime"] = options.MinRuntime.ToString(),
            ["nodes"] = Nodes(source.Graph, operators),
            ["operators"] = Counts(operators),
            ["transposes"] = new JsonArray([.. operators.Where(op => op.Code == BuiltinOperator.Transpose).Select(op => (JsonNode)Transpose(source.Graph, op))]),
            ["renamed"] = Renamed(source.Graph, graph),
            ["multiply_adds"] = (double)operators.Sum(Arithmetic.MultiplyAdds),
            ["parameters"] = (double)graph.WithBodies().Sum(Arithmetic.Parameters),
            ["peak_activation_bytes"] = (double)Arithmetic.PeakActivationBytes(graph),
            ["placement"] = new JsonObject(DelegateTable.Names.Select(row => KeyValuePair.Create(row.Name, (JsonNode?)Placement(row.Mask, operators, row.Name == DelegateTable.Verified && XnnpackLimits.IsVerified(operators))))),
        };
    }

    // What became of each ONNX node; nodes that were folded or fused away have no operators of their own.
    private static JsonArray Nodes(GraphProto source, List<Operator> operators)
    {
        var byNode = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var op in operators)
        {
            string name = OperatorNames.Of(op.Code);
            foreach (string node in op.Origin.Contains(Joint, StringComparison.Ordinal) ? op.Origin.Split(Joint).Distinct() : [op.Origin])
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(byNode, node, out _) ??= []).Add(name);
            }
        }

        return new JsonArray([.. source.Nodes.Select(node => (JsonNode)new JsonObject
        {
            ["node"] = GraphLowering.NameOf(node),
            ["op_type"] = node.OpType,
            ["operators"] = new JsonArray([.. byNode.GetValueOrDefault(GraphLowering.NameOf(node), []).Select(name => (JsonNode)JsonValue.Create(name))]),
        })]);
    }

    private static JsonObject Counts(List<Operator> operators) =>
        new(operators.GroupBy(op => OperatorNames.Of(op.Code)).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Select(group => KeyValuePair.Create(group.Key, (JsonNode?)group.Count())));

    private static JsonObject Transpose(GraphProto source, Operator op) => new()
    {
        ["tensor"] = op.Output.Name,
        ["shape"] = string.Join('x', op.Output.Shape),
        ["node"] = op.Origin,
        ["reason"] = Reason(source, op),
    };

    private static string Reason(GraphProto source, Operator op)
    {
        if (op.Input(0).Producer is null)
        {
            return $"input '{op.Input(0).Name}' keeps the caller's layout; --force_channel_last_input takes it as it is stored";
        }

        if (op.Output.OutputUses > 0)
        {
            return $"output '{op.Output.Name}' keeps the caller's layout; --force_channel_last_output gives it as it is stored";
        }

        bool own = source.Nodes.Exists(node => node.OpType is "Transpose" or "Einsum" && op.Origin.Split(" + ").Contains(GraphLowering.NameOf(node)));
        return own ? "the source's own" : "what stands around the node stores its axes differently";
    }

    private static JsonObject Renamed(GraphProto source, Subgraph graph) =>
        new(source.Outputs.Zip(graph.Outputs).Where(pair => pair.First.Name != pair.Second.Name).DistinctBy(pair => pair.First.Name).Select(pair => KeyValuePair.Create(pair.First.Name, (JsonNode?)pair.Second.Name)));

    private static JsonObject Placement(int mask, List<Operator> operators, bool isVerified)
    {
        var left = operators.Where(op => !DelegateTable.Takes(mask, op)).ToList();
        return new JsonObject
        {
            ["verified"] = isVerified,
            ["taken"] = operators.Count - left.Count,
            ["left"] = left.Count,
            ["left_operators"] = Counts(left),
        };
    }
}
