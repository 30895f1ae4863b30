using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>One body of IF or WHILE as a subgraph: what it reads from outside becomes an input.</summary>
internal sealed class BodyLowering
{
    private readonly LoweringNode _node;
    private readonly Captures _captures;
    private readonly Dictionary<string, Tensor> _inputs = new(StringComparer.Ordinal);
    private readonly Dictionary<Tensor, Tensor> _captured = [];

    public BodyLowering(LoweringNode node, AnalyzedGraph source, string role, Captures captures)
    {
        (_node, _captures) = (node, captures);
        Graph = new Subgraph(node.Graph.Session.Names.Fresh($"{node.B.Origin}/{role}"));
        Lowering = new GraphLowering(source, Graph, node.Graph.Session, Find);
        Lowering.Builder.Origin = node.B.Origin;
    }

    public Subgraph Graph { get; }

    public GraphLowering Lowering { get; }

    /// <summary>Adds an input of the body's own.</summary>
    public Tensor AddInput(string name, TensorType type, SymInt[] shape)
    {
        var tensor = new Tensor(Lowering.Session.Names.Fresh(name), type, shape);
        Graph.Inputs.Add(tensor);
        _inputs[name] = tensor;
        return tensor;
    }

    /// <summary>Says what stands for an input that is computed inside the body.</summary>
    public void Define(string name, Tensor tensor) => _inputs[name] = tensor;

    /// <summary>Lowers the body's nodes.</summary>
    public void Run()
    {
        int before = Lowering.Session.Refusals.Count;
        Lowering.Run();
        if (Lowering.Session.Refusals.Count > before)
        {
            throw new RefusedException(ReasonCode.UnsupportedControlFlow, "its body holds nodes that are refused", "see the other reasons");
        }
    }

    /// <summary>The inner tensor that stands for an outer one.</summary>
    public Tensor Capture(Tensor outer)
    {
        if (outer.IsConstant)
        {
            return outer;
        }

        _captures.Add(outer);
        return _captured.TryGetValue(outer, out var inner)
            ? inner
            : _captured[outer] = new Tensor(Lowering.Session.Names.Fresh(outer.Name), outer.Type, outer.Shape);
    }

    /// <summary>Makes a value an output, of the type and shape that is expected of it.</summary>
    public void AddOutput(Tensor value, TensorType type, SymInt[] shape)
    {
        if (!value.Shape.AsSpan().SequenceEqual(shape))
        {
            throw new RefusedException(
                ReasonCode.UnsupportedControlFlow, $"a value of shape [{string.Join(',', value.Shape)}] leaves the body where [{string.Join(',', shape)}] is expected", "keep shapes the same in both branches and in every turn");
        }

        var given = Lowering.Builder.Cast(value, type);
        Graph.AddOutput(given.IsConstant || given.Producer is null || given.OutputUses > 0 ? OutputBinding.Copy(given, shape, Lowering) : given);
    }

    /// <summary>Adds the inputs for everything that this body or its sibling reads from outside; the last step.</summary>
    public void TakeCaptures() => Graph.Inputs.AddRange(_captures.Tensors.Select(Capture));

    /// <summary>Hands what was captured to the next turn.</summary>
    public void HandOnCaptures()
    {
        foreach (var outer in _captures.Tensors)
        {
            Graph.AddOutput(OutputBinding.Copy(Capture(outer), outer.Shape, Lowering));
        }
    }

    private Tensor? Find(string name) => _inputs.TryGetValue(name, out var input) ? input : Capture(_node.Graph.Value(name));
}
