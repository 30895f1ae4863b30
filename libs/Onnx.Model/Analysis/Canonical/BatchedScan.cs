namespace Onnx.Model.Analysis.Canonical;

/// <summary>Scan of opset 8: axis 0 is a batch, axis 1 the sequence. A batch of one becomes the later form between reshapes.</summary>
internal static class BatchedScan
{
    public static IEnumerable<NodeProto> Apply(Rewrite r)
    {
        int scanned = (int)r.Node.Int("num_scan_inputs", 0);
        if (r.Node.Input(0).Length > 0)
        {
            throw r.Obsolete("Scan of opset 8 with sequence lengths");
        }

        var nodes = new List<NodeProto>();
        string axes = r.Int64s("axes", [0]);
        var inputs = new List<string>();
        for (int i = 1; i < r.Node.Inputs.Count; i++)
        {
            if (r.Fact(i).Shape is not [var batch, ..] || batch != 1)
            {
                throw r.Obsolete("Scan of opset 8 over a batch of more than one");
            }

            string squeezed = r.Fresh("squeezed");
            nodes.Add(r.New("Squeeze", [r.Node.Input(i), axes], [squeezed]));
            inputs.Add(squeezed);
        }

        var outputs = r.Node.Outputs.Select(_ => r.Fresh("result")).ToArray();
        var directions = (r.Node.Ints("directions") ?? []).ToArray();
        nodes.Add(r.New(
            "Scan",
            [.. inputs],
            outputs,
            AttributeProto.From("body", r.Node.Attribute("body")?.Graph ?? throw new OnnxGraphException(GraphError.InvalidNode, "attribute body is missing")),
            AttributeProto.From("num_scan_inputs", (long)scanned),
            AttributeProto.From("scan_input_directions", directions)));
        nodes.AddRange(r.Node.Outputs.Select((name, i) => r.New("Unsqueeze", [outputs[i], axes], [name])));
        return nodes;
    }
}
