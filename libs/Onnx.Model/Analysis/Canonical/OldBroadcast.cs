namespace Onnx.Model.Analysis.Canonical;

/// <summary>Before opset 7 a second operand was broadcast along an axis that an attribute named.</summary>
internal static class OldBroadcast
{
    public static IEnumerable<NodeProto> Apply(Rewrite r)
    {
        if (r.Node.Int("broadcast", 0) == 0 || r.Node.Attribute("axis") is not { } axisAttribute)
        {
            return [r.With(r.Node.Inputs, "broadcast", "axis", "consumed_inputs")];
        }

        int rank = r.Rank(0);
        long axis = axisAttribute.Int < 0 ? axisAttribute.Int + rank : axisAttribute.Int;
        int trailing = rank - (int)axis - r.Rank(1);
        if (trailing < 0)
        {
            throw r.Obsolete($"an operand of rank {r.Rank(1)} does not fit rank {rank} from axis {axis} on");
        }

        return trailing == 0 ? [r.With(r.Node.Inputs, "broadcast", "axis", "consumed_inputs")] : Spread(r, 1, trailing, "broadcast", "axis", "consumed_inputs");
    }

    public static IEnumerable<NodeProto> PRelu(Rewrite r)
    {
        int trailing = r.Rank(0) - 2;
        bool perChannel = r.Fact(1).Shape is [var channels] && channels != 1;
        return perChannel && trailing > 0 ? Spread(r, 1, trailing, "consumed_inputs") : [r.With(r.Node.Inputs, "consumed_inputs")];
    }

    // Appends axes of size 1 to one operand.
    private static NodeProto[] Spread(Rewrite r, int input, int trailing, params string[] dropped)
    {
        string spread = r.Fresh("spread");
        long[] axes = [.. Enumerable.Range(0, trailing).Select(i => (long)(r.Rank(input) + i))];
        var inputs = r.Node.Inputs.ToArray();
        inputs[input] = spread;
        return [r.New("Unsqueeze", [r.Node.Input(input), r.Int64s("axes", axes)], [spread]), r.With(inputs, dropped)];
    }
}
