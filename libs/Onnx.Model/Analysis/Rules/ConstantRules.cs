namespace Onnx.Model.Analysis.Rules;

/// <summary>Operators whose result follows from attributes and shapes.</summary>
internal static class ConstantRules
{
    public static void Constant(InferenceNode n) => n.Set(0, ValueFact.OfConstant(ConstantValues.Of(n.Node)));

    public static void ConstantOfShape(InferenceNode n)
    {
        var type = n.Node.Attribute("value")?.Tensor.DataType ?? DataType.Float;
        if (n.Elements(0) is { } shape)
        {
            n.Out(0, type, shape);
        }
        else if (n.Shape(0) is [{ IsKnown: true, Value: < 64 } rank])
        {
            n.OutOpen(0, type, (int)rank.Value);
        }
    }

    public static void Shape(InferenceNode n)
    {
        var (start, end) = ShapeRange(n.Node, n.Rank(0));
        n.Set(0, new ValueFact(DataType.Int64, [Math.Max(end - start, 0)]) { Elements = end > start ? n.Shape(0)[start..end] : [] });
    }

    public static void Size(InferenceNode n) => n.Set(0, new ValueFact(DataType.Int64, []) { Elements = [SymInt.Product(n.Shape(0))] });

    public static void EyeLike(InferenceNode n) => n.Out(0, n.Node.Attribute("dtype") is { } type ? (DataType)type.Int : n.Type(0), n.Shape(0));

    public static void Range(InferenceNode n)
    {
        if (n.Elements(0) is [var start] && n.Elements(1) is [var limit] && n.Elements(2) is [{ IsKnown: true } step] && step != 0)
        {
            var length = step.Value > 0 ? SymInt.CeilingDivide(limit - start, step) : SymInt.CeilingDivide(start - limit, -step.Value);
            n.Out(0, n.Type(0), [length.IsKnown ? Math.Max(length.Value, 0) : length]);
        }
        else if (n.Numbers(0) is [var from] && n.Numbers(1) is [var to] && n.Numbers(2) is [var by] && by != 0)
        {
            n.Out(0, n.Type(0), [(long)Math.Max(Math.Ceiling((to - from) / by), 0)]);
        }
        else
        {
            n.OutOpen(0, n.Type(0), 1);
        }
    }

    public static void Window(InferenceNode n) =>
        n.Out(0, (DataType)n.Node.Int("output_datatype", 1), [n.Elements(0) is [var size] ? size : SymInt.DataDependent($"{n.Node.Output(0)}.0")]);

    public static void MelWeightMatrix(InferenceNode n)
    {
        var bins = n.Elements(0) is [var b] ? b : SymInt.DataDependent($"{n.Node.Output(0)}.1");
        var rows = n.Elements(1) is [var length] ? SymInt.FloorDivide(length, 2) + 1 : SymInt.DataDependent($"{n.Node.Output(0)}.0");
        n.Out(0, (DataType)n.Node.Int("output_datatype", 1), [rows, bins]);
    }

    /// <summary>The dimensions that a Shape node gives, after negative numbers and clamping.</summary>
    internal static (int Start, int End) ShapeRange(NodeProto node, int rank)
    {
        long start = node.Int("start", 0), end = node.Int("end", rank);
        return ((int)Math.Clamp(start < 0 ? start + rank : start, 0, rank), (int)Math.Clamp(end < 0 ? end + rank : end, 0, rank));
    }
}
