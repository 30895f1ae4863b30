namespace Onnx.Model.Analysis.Canonical;

/// <summary>One node on its way to its canonical form, with what a rewrite needs to know.</summary>
internal sealed class Rewrite(AnalysisContext context, NodeProto node, int opset)
{
    public NodeProto Node => node;

    /// <summary>The version of the node's operator set.</summary>
    public int Opset => opset;

    public string Name => AnalysisSession.NameOf(node);

    public ValueFact Fact(int input) => context.Find(node.Input(input))
        ?? throw new OnnxGraphException(GraphError.UndefinedValue, $"input '{node.Input(input)}' is given by nothing before it");

    public int Rank(int input) => Fact(input).Shape?.Length ?? throw new OnnxGraphException(GraphError.ShapeMismatch, $"the rank of '{node.Input(input)}' is not known");

    /// <summary>A constant of int64 numbers as a new input.</summary>
    public string Int64s(string stem, ReadOnlySpan<long> values, bool scalar = false) =>
        context.Constant($"{Name}/{stem}", TensorWriting.Int64s("", values, scalar));

    /// <summary>A constant number of the type of another value.</summary>
    public string Number(string stem, double value, DataType type) => context.Constant(
        $"{Name}/{stem}",
        type.IsFloatingPoint() ? TensorWriting.FromDoubles(type, [], [value]) : TensorWriting.FromInt64s(type, [], [(long)value]));

    /// <summary>A constant vector of float32 numbers as a new input.</summary>
    public string Floats(string stem, ReadOnlySpan<float> values) =>
        context.Constant($"{Name}/{stem}", TensorProto.Create("", DataType.Float, [values.Length], values));

    public string Fresh(string stem) => context.Session.Fresh($"{Name}/{stem}");

    /// <summary>The same node with other inputs and without some attributes.</summary>
    public NodeProto With(IEnumerable<string> inputs, params string[] dropped) => With(node.OpType, inputs, dropped);

    public NodeProto With(string opType, IEnumerable<string> inputs, params string[] dropped) => new()
    {
        OpType = opType,
        Domain = node.Domain,
        Name = node.Name,
        Inputs = [.. inputs],
        Outputs = node.Outputs,
        Attributes = node.Attributes.FindAll(attribute => !dropped.Contains(attribute.Name)),
    };

    /// <summary>A node of the standard domain that this one becomes in part.</summary>
    public NodeProto New(string opType, string[] inputs, string[] outputs, params AttributeProto[] attributes) =>
        new() { OpType = opType, Name = node.Name, Inputs = [.. inputs], Outputs = [.. outputs], Attributes = [.. attributes] };

    public OnnxGraphException Obsolete(string message) => new(GraphError.ObsoleteForm, message);
}
