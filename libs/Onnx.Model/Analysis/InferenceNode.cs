namespace Onnx.Model.Analysis;

/// <summary>One node while its rule runs: what its inputs are, and where the rule puts what its outputs will be.</summary>
internal sealed class InferenceNode(NodeProto node, ValueFact?[] inputs, AnalysisContext context)
{
    /// <summary>The node, in canonical form.</summary>
    public NodeProto Node => node;

    /// <summary>Number of inputs, counting absent optional ones between others.</summary>
    public int InputCount => inputs.Length;

    /// <summary>Facts of the outputs, set by the rule.</summary>
    public ValueFact[] Outputs { get; } = [.. Enumerable.Repeat(ValueFact.Unknown, node.Outputs.Count)];

    public bool Has(int i) => i < inputs.Length && inputs[i] is not null;

    public ValueFact In(int i) => Has(i) ? inputs[i]! : throw Invalid($"input {i} is missing");

    public DataType Type(int i) => In(i).Type;

    public SymInt[] Shape(int i) => In(i).Shape ?? throw Invalid($"the rank of input {i} ('{node.Input(i)}') is not known");

    public int Rank(int i) => Shape(i).Length;

    /// <summary>Known integers of a small input; null when it is absent or its values are not known.</summary>
    public long[]? Ints(int i) =>
        Has(i) && In(i).Elements is { } elements && Array.TrueForAll(elements, element => element.IsKnown) ? Array.ConvertAll(elements, element => element.Value) : null;

    /// <summary>Elements of a small integer input, possibly symbolic.</summary>
    public SymInt[]? Elements(int i) => Has(i) ? In(i).Elements : null;

    /// <summary>Numbers of a small constant input of any numeric type.</summary>
    public double[]? Numbers(int i) => Has(i) && In(i).Constant is { } constant && constant.ElementCount <= ValueFact.MaxElements ? TensorReading.Doubles(constant) : null;

    /// <summary>An axis attribute, made non-negative.</summary>
    public int Axis(string name, long missing, int rank, bool endAllowed = false) => Axis(node.Int(name, missing), rank, endAllowed);

    public int Axis(long axis, int rank, bool endAllowed = false)
    {
        long limit = endAllowed ? rank : rank - 1;
        long positive = axis < 0 ? axis + rank : axis;
        return positive >= 0 && positive <= limit ? (int)positive : throw Invalid($"axis {axis} does not exist in rank {rank}");
    }

    public int[] Axes(long[] axes, int rank) => Array.ConvertAll(axes, axis => Axis(axis, rank));

    public void Out(int i, DataType type, SymInt[]? shape)
    {
        if (i < Outputs.Length)
        {
            Outputs[i] = new ValueFact(type, shape);
        }
    }

    /// <summary>Sets an output whose rank alone is known: its dimensions depend on input values.</summary>
    public void OutOpen(int i, DataType type, int rank)
    {
        if (i < Outputs.Length)
        {
            Out(i, type, [.. Enumerable.Range(0, rank).Select(axis => SymInt.DataDependent($"{node.Output(i)}.{axis}"))]);
        }
    }

    public void Set(int i, ValueFact fact)
    {
        if (i < Outputs.Length)
        {
            Outputs[i] = fact;
        }
    }

    /// <summary>A body of a control-flow node, analysed with the given facts of its inputs.</summary>
    public AnalyzedGraph Body(string attribute, IReadOnlyList<ValueFact> arguments) =>
        context.AnalyzeBody(node, attribute, node.Attribute(attribute)?.Graph ?? throw Invalid($"attribute {attribute} is missing"), arguments);

    public OnnxGraphException Invalid(string message) => new(GraphError.InvalidNode, message);

    public OnnxGraphException Mismatch(string message) => new(GraphError.ShapeMismatch, message);
}
