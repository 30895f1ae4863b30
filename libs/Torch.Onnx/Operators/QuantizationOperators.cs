using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Lowering;
using static Torch.Onnx.Lowering.OperatorEntry;

namespace Torch.Onnx.Operators;

/// <summary>Quantization to integers and back, and both at once (fake quantization).</summary>
internal static class QuantizationOperators
{
    private const int HalfOpset = 19;

    public static IReadOnlyList<OperatorEntry> Entries { get; } =
    [
        Of("fake_quantize_per_tensor_affine fake_quantize_per_tensor_affine.tensor_qparams", "QuantizeLinear, DequantizeLinear", c => Fake(c, "self", null)),
        Of("fake_quantize_per_channel_affine", "QuantizeLinear, DequantizeLinear", c => Fake(c, "self", c.Dim("axis", c.Real("self").Rank))),
        Of(
            "quantized_decomposed.quantize_per_tensor.default quantized_decomposed.quantize_per_tensor.tensor", "QuantizeLinear", c => Quantize(c, null)),
        Of("quantized_decomposed.quantize_per_channel.default", "QuantizeLinear", c => Quantize(c, c.Dim("axis", c.Real("input").Rank))),
        Of(
            "quantized_decomposed.dequantize_per_tensor.default quantized_decomposed.dequantize_per_tensor.tensor", "DequantizeLinear", c => Dequantize(c, null)),
        Of("quantized_decomposed.dequantize_per_channel.default", "DequantizeLinear", c => Dequantize(c, c.Dim("axis", c.Real("input").Rank))),
    ];

    private static Value Fake(OperatorCall c, string argument, int? axis)
    {
        var x = c.In(argument);
        return ByteRange(c) is { } type && Runs(c, x.Type)
            ? Linear(c, "DequantizeLinear", Linear(c, "QuantizeLinear", x, x.Type, type, type, axis), x.Type, type, x.Type, axis)
            : FakeByFormula(c, x, c.Real(argument).Rank, axis);
    }

    private static Value FakeByFormula(OperatorCall c, Value x, int rank, int? axis)
    {
        var b = c.B;
        var scale = Aligned(c, "scale", x.Type, rank, axis);
        var zero = Aligned(c, "zero_point", x.Type, rank, axis);
        var steps = b.Add(b.Op("Round", b.Div(x, scale)), zero);
        var kept = b.Op("Clip", steps, b.Like(x, c.Int("quant_min")), b.Like(x, c.Int("quant_max")));
        return b.Mul(b.Sub(kept, zero), scale);
    }

    private static Value Quantize(OperatorCall c, int? axis)
    {
        var b = c.B;
        var x = c.In("input");
        var type = c.ResultType();
        if (type is not (DataType.Int8 or DataType.UInt8) || !Runs(c, x.Type))
        {
            int rank = c.Real("input").Rank;
            var steps = b.Add(b.Op("Round", b.Div(x, Aligned(c, "scale", x.Type, rank, axis))), Aligned(c, "zero_point", x.Type, rank, axis));
            return b.Cast(b.Op("Clip", steps, b.Like(x, c.Int("quant_min")), b.Like(x, c.Int("quant_max"))), type);
        }

        var quantized = Linear(c, "QuantizeLinear", x, x.Type, type, type, axis);
        return ByteRange(c) == type ? quantized : b.Op("Clip", quantized, b.Const(type, c.Int("quant_min")), b.Const(type, c.Int("quant_max")));
    }

    private static Value Dequantize(OperatorCall c, int? axis)
    {
        var x = c.In("input");
        var type = c.ResultType();
        if (x.Type is DataType.Int8 or DataType.UInt8 && Runs(c, type))
        {
            return Linear(c, "DequantizeLinear", x, type, x.Type, type, axis);
        }

        int rank = c.Real("input").Rank;
        return c.B.Mul(c.B.Sub(c.B.Cast(x, type), Aligned(c, "zero_point", type, rank, axis)), Aligned(c, "scale", type, rank, axis));
    }

    private static bool Runs(OperatorCall c, DataType type) => type == DataType.Float || (type == DataType.Float16 && c.B.Opset >= HalfOpset);

    // The 8-bit type whose whole range is used, if there is one.
    private static DataType? ByteRange(OperatorCall c) => (c.Int("quant_min"), c.Int("quant_max")) switch
    {
        (sbyte.MinValue, sbyte.MaxValue) => DataType.Int8,
        (0, byte.MaxValue) => DataType.UInt8,
        _ => null,
    };

    private static Value Linear(OperatorCall c, string op, Value x, DataType scaleType, DataType zeroType, DataType result, int? axis)
    {
        var scale = Flat(c, "scale", axis is not null).As(c.B, scaleType);
        var zero = Flat(c, "zero_point", axis is not null).As(c.B, zeroType);
        return axis is { } along
            ? c.B.Ops(op, [x, scale, zero], [result], Attr.From("axis", along))[0]
            : c.B.Ops(op, [x, scale, zero], [result])[0];
    }

    // Observers keep the parameters of a whole tensor in lists of one element.
    private static Operand Flat(OperatorCall c, string name, bool isList)
    {
        var operand = c.Operand(Given(c, name));
        return !isList && operand.Tensor is { Rank: > 0 } tensor ? new Operand(tensor with { Value = c.B.Reshape(tensor.Value), Sizes = [] }, null) : operand;
    }

    private static Value Aligned(OperatorCall c, string name, DataType type, int rank, int? axis)
    {
        if (!c.Has(Given(c, name)))
        {
            return c.B.Const(type, 0);
        }

        var value = Flat(c, name, axis is not null).As(c.B, type);
        return axis is { } along ? c.B.Unsqueeze(value, [.. BuilderShapes.Order(rank - along).Skip(1)]) : value;
    }

    // The operators for channels have the plural.
    private static string Given(OperatorCall c, string name) => c.Schema.Find(name) is null ? $"{name}s" : name;
}
