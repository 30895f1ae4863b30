using Onnx.Model;
using Torch.Onnx.Emission;
using Torch.Onnx.Program;

namespace Torch.Onnx.Lowering;

/// <summary>Arithmetic on Python numbers: <c>_operator.*</c>, <c>math.*</c>, <c>torch.sym_*</c>.</summary>
internal static class ScalarOperators
{
    private static readonly Dictionary<string, NumberMath.Binary> s_binary = new(StringComparer.Ordinal)
    {
        ["_operator.add"] = NumberMath.Add,
        ["_operator.sub"] = NumberMath.Subtract,
        ["_operator.mul"] = NumberMath.Multiply,
        ["_operator.truediv"] = NumberMath.TrueDivide,
        ["_operator.floordiv"] = NumberMath.FloorDivide,
        ["_operator.mod"] = NumberMath.Modulo,
        ["_operator.pow"] = NumberMath.Power,
        ["_operator.eq"] = (b, x, y) => NumberMath.Compare(b, "Equal", x, y),
        ["_operator.ne"] = (b, x, y) => NumberMath.Not(b, NumberMath.Compare(b, "Equal", x, y)),
        ["_operator.lt"] = (b, x, y) => NumberMath.Compare(b, "Less", x, y),
        ["_operator.le"] = (b, x, y) => NumberMath.Compare(b, "LessOrEqual", x, y),
        ["_operator.gt"] = (b, x, y) => NumberMath.Compare(b, "Greater", x, y),
        ["_operator.ge"] = (b, x, y) => NumberMath.Compare(b, "GreaterOrEqual", x, y),
        ["_operator.and_"] = (b, x, y) => NumberMath.Logic(b, "And", x, y),
        ["_operator.or_"] = (b, x, y) => NumberMath.Logic(b, "Or", x, y),
        ["_operator.xor"] = (b, x, y) => NumberMath.Logic(b, "Xor", x, y),
        ["torch.sym_max"] = NumberMath.Max,
        ["torch.sym_min"] = NumberMath.Min,
        ["builtins.max"] = NumberMath.Max,
        ["builtins.min"] = NumberMath.Min,
        ["math.pow"] = (b, x, y) => NumberMath.Power(b, NumberMath.ToFloat(b, x), y),
    };

    private static readonly Dictionary<string, Func<OnnxBuilder, Number, Number>> s_unary = new(StringComparer.Ordinal)
    {
        ["_operator.neg"] = NumberMath.Negate,
        ["_operator.pos"] = (_, x) => x,
        ["_operator.not_"] = NumberMath.Not,
        ["torch.sym_not"] = NumberMath.Not,
        ["torch.sym_float"] = NumberMath.ToFloat,
        ["torch.sym_int"] = (b, x) => NumberMath.Round(b, "Truncate", x),
        ["math.trunc"] = (b, x) => NumberMath.Round(b, "Truncate", x),
        ["math.floor"] = (b, x) => NumberMath.Round(b, "Floor", x),
        ["math.ceil"] = (b, x) => NumberMath.Round(b, "Ceil", x),
        ["builtins.round"] = (b, x) => NumberMath.Round(b, "Round", x),
        ["torch._sym_sqrt"] = Root,
        ["math.sqrt"] = Root,
    };

    /// <summary>All targets, for docs/aten.md.</summary>
    public static IEnumerable<string> Targets => s_binary.Keys.Concat(s_unary.Keys).Append("torch.sym_ite").Append("torch.sym_sum").Order(StringComparer.Ordinal);

    public static Number Lower(OnnxBuilder b, Node node, Func<Argument, Number> numberOf)
    {
        var arguments = node.Inputs.SelectMany(input => input.Value is Argument.Symbols list ? list.Items : [input.Value]).Select(numberOf).ToArray();
        if (s_binary.TryGetValue(node.Target, out var binary) && arguments.Length == 2)
        {
            return binary(b, arguments[0], arguments[1]);
        }

        if (s_unary.TryGetValue(node.Target, out var unary) && arguments.Length == 1)
        {
            return unary(b, arguments[0]);
        }

        return (node.Target, arguments) switch
        {
            ("torch.sym_ite", [var condition, var yes, var no]) => Choose(b, condition, yes, no),
            ("torch.sym_sum", [_, ..]) => arguments.Aggregate((x, y) => NumberMath.Add(b, x, y)),
            _ => throw new LoweringException(BlockerReason.OperatorUnsupported, "this arithmetic on Python numbers has no mapping", "Compute the number with tensors, or export with static shapes."),
        };
    }

    private static Number Choose(OnnxBuilder b, Number condition, Number yes, Number no)
    {
        if (condition.IsConstant)
        {
            return condition.Real != 0 ? yes : no;
        }

        var type = yes.Kind == NumberKind.Float || no.Kind == NumberKind.Float ? DataType.Double : DataType.Int64;
        return Number.At(b.Where(condition.ToValue(b, DataType.Bool), yes.ToValue(b, type), no.ToValue(b, type)));
    }

    private static Number Root(OnnxBuilder b, Number x) => x.IsConstant ? Number.Of(Math.Sqrt(x.Real)) : Number.At(b.Sqrt(b.Cast(x.Runtime!, DataType.Double)));
}
