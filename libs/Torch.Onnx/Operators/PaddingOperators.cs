using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Padding; negative padding crops.</summary>
internal static class PaddingOperators
{
    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("pad", "Pad", Pad),
        Of("constant_pad_nd", "Pad", c => Constant(c, c.Numbers("pad"), c.Number("value"))),
        Of("reflection_pad1d reflection_pad2d reflection_pad3d", "Pad", c => Mirrored(c, c.Numbers("padding"), "reflect")),
        Of("replication_pad1d replication_pad2d replication_pad3d", "Pad", c => Mirrored(c, c.Numbers("padding"), "edge")),
        Of("_pad_circular", "Slice, Concat", c => Circular(c, c.Numbers("pad"))),
    ];

    private static Value Pad(OperatorCall c) => c.Text("mode") switch
    {
        "constant" => Constant(c, c.Numbers("pad"), c.OptionalNumber("value") ?? 0),
        "reflect" => Mirrored(c, c.Numbers("pad"), "reflect"),
        "replicate" => Mirrored(c, c.Numbers("pad"), "edge"),
        "circular" => Circular(c, c.Numbers("pad")),
        var mode => throw LoweringException.Malformed($"the padding mode is '{mode}'"),
    };

    private static Value Constant(OperatorCall c, Number[] pad, Number value)
    {
        var tensor = c.Tensor("self");
        if (Array.TrueForAll(pad, width => width.Is(0)))
        {
            return tensor.Value;
        }

        if (tensor.IsComplex && !value.Equals(0))
        {
            throw CallOperands.Complex();
        }

        var type = OnnxBuilder.SupportedType("Pad", tensor.Value.Type);
        var x = c.B.Cast(tensor.Value, type);
        return value.Equals(0) && type != DataType.Bool ? c.B.Op("Pad", x, Widths(c, tensor, pad)) : c.B.Op("Pad", x, Widths(c, tensor, pad), value.ToValue(c.B, type));
    }

    // PyTorch lists pairs from the last dimension on; ONNX all beginnings, then all ends.
    private static Value Widths(OperatorCall c, Tensor tensor, Number[] pad)
    {
        int rank = tensor.Rank + (tensor.IsComplex ? 1 : 0);
        var widths = new Number[2 * rank];
        Array.Fill(widths, 0);
        if (pad.Length % 2 != 0 || pad.Length > 2 * tensor.Rank)
        {
            throw LoweringException.Malformed($"{pad.Length} widths pad a tensor of {tensor.Rank} dimensions");
        }

        for (int i = 0; i < pad.Length / 2; i++)
        {
            int axis = tensor.Rank - 1 - i;
            widths[axis] = pad[2 * i];
            widths[rank + axis] = pad[(2 * i) + 1];
        }

        return c.Sizes.ShapeOf(widths);
    }

    private static Value Mirrored(OperatorCall c, Number[] pad, string mode)
    {
        var tensor = c.Real("self");
        var x = Cropped(c, tensor, ref pad);
        return Array.TrueForAll(pad, width => width.Is(0)) ? x : c.B.Op("Pad", [x, Widths(c, tensor, pad)], Attr.From("mode", mode));
    }

    private static Value Cropped(OperatorCall c, Tensor tensor, ref Number[] pad)
    {
        var x = tensor.Value;
        pad = [.. pad];
        for (int i = 0; i < pad.Length; i++)
        {
            if (pad[i] is { IsConstant: true, Integer: < 0 } crop)
            {
                int axis = tensor.Rank - 1 - (i / 2);
                x = i % 2 == 0 ? c.B.Slice(x, axis, -crop.Integer, long.MaxValue) : c.B.Slice(x, axis, 0, crop.Integer);
                pad[i] = 0;
            }
        }

        return x;
    }

    private static Value Circular(OperatorCall c, Number[] pad)
    {
        var tensor = c.Real("self");
        var x = Cropped(c, tensor, ref pad);
        for (int i = 0; i < pad.Length / 2; i++)
        {
            if (!pad[2 * i].IsConstant || !pad[(2 * i) + 1].IsConstant)
            {
                throw LoweringException.Dynamic("circular padding must be known at conversion");
            }

            int axis = tensor.Rank - 1 - i;
            long before = pad[2 * i].Integer;
            long after = pad[(2 * i) + 1].Integer;
            var parts = new[]
            {
                before > 0 ? c.B.Slice(x, axis, -before, long.MaxValue) : null,
                x,
                after > 0 ? c.B.Slice(x, axis, 0, after) : null,
            };
            x = c.B.Concat(axis, [.. parts.OfType<Value>()]);
        }

        return x;
    }
}
