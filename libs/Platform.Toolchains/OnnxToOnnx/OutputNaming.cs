using Onnx.Model;
using Platform.Contracts.Hub.V1;

namespace Platform.Toolchains.OnnxToOnnx;

/// <summary>Gives a graph's outputs new names (<c>--output_names</c>: one for every output).</summary>
internal static class OutputNaming
{
    public static void Apply(GraphProto graph, IReadOnlyList<string> names, ICollection<Refusal> refusals)
    {
        if (names.Count == 0)
        {
            return;
        }

        if (names.Count != graph.Outputs.Count || names.Distinct(StringComparer.Ordinal).Count() != names.Count)
        {
            refusals.Add(new Refusal(
                FailureCode.OptionValueInvalid,
                $"--output_names gives {names.Count} names for {graph.Outputs.Count} outputs; each output needs one name of its own",
                Subject: "output_names"));
            return;
        }

        for (int i = 0; i < names.Count; i++)
        {
            string old = graph.Outputs[i].Name;
            if (old != names[i])
            {
                graph.Nodes.Add(new NodeProto { OpType = "Identity", Name = $"rename/{names[i]}", Inputs = { old }, Outputs = { names[i] } });
                graph.Outputs[i].Name = names[i];
            }
        }
    }
}
