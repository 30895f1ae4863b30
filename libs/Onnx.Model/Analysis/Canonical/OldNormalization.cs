namespace Onnx.Model.Analysis.Canonical;

/// <summary>Old forms of normalisation operators and Dropout.</summary>
internal static class OldNormalization
{
    public static IEnumerable<NodeProto> BatchNormalization(Rewrite r)
    {
        if (r.Node.Int("spatial", 1) != 1)
        {
            throw r.Obsolete("spatial=0 (statistics for every position) has no opset 21 form");
        }

        // Outputs 1 to 4 of the old form are training state; inference gives none.
        var node = r.With(r.Node.Inputs, "spatial", "is_test", "consumed_inputs");
        node.Outputs = [r.Node.Output(0)];
        return [node];
    }

    public static IEnumerable<NodeProto> Dropout(Rewrite r)
    {
        bool drops = r.Node.Input(1).Length == 0 || r.Fact(1).Constant is not { ElementCount: 1 } ratio || TensorReading.Doubles(ratio)[0] != 0;
        if (drops && r.Opset >= 12 && r.Node.Input(2).Length > 0 && r.Fact(2).Constant is not { ElementCount: 1 })
        {
            throw r.Obsolete("training_mode is not constant, so the values may be random");
        }

        if (drops && r.Opset >= 12 && r.Node.Input(2).Length > 0 && r.Fact(2).Constant!.Data.AsSpan()[0] != 0)
        {
            throw r.Obsolete("training_mode is true, so the values are random");
        }

        var nodes = new List<NodeProto> { r.New("Identity", [r.Node.Input(0)], [r.Node.Output(0)]) };
        if (r.Node.Output(1).Length > 0)
        {
            string shape = r.Fresh("shape");
            var yes = TensorWriting.FromInt64s(r.Opset >= 10 ? DataType.Bool : r.Fact(0).Type, [1], [1]);
            nodes.Add(r.New("Shape", [r.Node.Input(0)], [shape]));
            nodes.Add(r.New("ConstantOfShape", [shape], [r.Node.Output(1)], AttributeProto.From("value", yes)));
        }

        return nodes;
    }

    // Before opset 21 scale and bias had one element a group.
    public static IEnumerable<NodeProto> GroupNormalization(Rewrite r)
    {
        long groups = r.Node.Int("num_groups", 1);
        if (r.Fact(0).Shape is not [_, var channels, ..] || !channels.IsKnown || groups < 1 || channels.Value % groups != 0)
        {
            throw r.Obsolete("the number of channels must be known and a multiple of num_groups");
        }

        var nodes = new List<NodeProto>();
        string[] inputs = [r.Node.Input(0), Spread(r, 1, groups, channels.Value, nodes), Spread(r, 2, groups, channels.Value, nodes)];
        nodes.Add(r.With(inputs));
        return nodes;
    }

    private static string Spread(Rewrite r, int input, long groups, long channels, List<NodeProto> nodes)
    {
        string column = r.Fresh("column"), wide = r.Fresh("wide"), flat = r.Fresh("flat");
        nodes.Add(r.New("Reshape", [r.Node.Input(input), r.Int64s("column", [groups, 1])], [column]));
        nodes.Add(r.New("Expand", [column, r.Int64s("wide", [groups, channels / groups])], [wide]));
        nodes.Add(r.New("Reshape", [wide, r.Int64s("flat", [channels])], [flat]));
        return flat;
    }
}
