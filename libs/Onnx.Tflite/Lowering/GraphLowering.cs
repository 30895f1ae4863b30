using Onnx.Model;
using Onnx.Model.Analysis;
using Onnx.Tflite.Building;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Lowers the nodes of one analysed graph into one subgraph.</summary>
internal sealed class GraphLowering(AnalyzedGraph source, Subgraph target, LoweringSession session, Func<string, Tensor?>? outer)
{
    private readonly Dictionary<string, Tensor> _values = new(StringComparer.Ordinal);

    public GraphBuilder Builder { get; } = new(target, session.Names);

    public ConvertOptions Options => session.Options;

    public LoweringSession Session => session;

    public AnalyzedGraph Source => source;

    public ValueFact Fact(string name) => source.Find(name) ?? ValueFact.Unknown;

    /// <summary>The element type that stands for an ONNX type inside the graph.</summary>
    public TensorType Represent(DataType type, string value) => type switch
    {
        DataType.Float or DataType.Float16 or DataType.BFloat16 => TensorType.Float32,
        DataType.Double => session.NoteFloat64(),
        DataType.Int64 => session.Options.Truncate64BitTensors ? TensorType.Int32 : TensorType.Int64,
        DataType.UInt64 => TensorType.Int64,
        DataType.Int32 or DataType.UInt32 or DataType.Int16 or DataType.UInt16 or DataType.Int8 or DataType.UInt8 or DataType.Bool => TensorTypes.FromOnnx(type)!.Value,
        _ => throw new RefusedException(ReasonCode.UnsupportedValueKind, $"the value '{value}' is of type {type}", "use a numeric or boolean tensor"),
    };

    /// <summary>Lowers all nodes; nodes that cannot be are noted, and lowering goes on to list all of them.</summary>
    public void Run()
    {
        foreach (var node in source.Nodes)
        {
            session.Cancellation.ThrowIfCancellationRequested();
            Builder.Origin = NameOf(node);
            try
            {
                Lowerings.Find(node).Lower(new LoweringNode(node, this));
            }
            catch (RefusedException refusal)
            {
                session.Refuse(node, NameOf(node), refusal);
                DefinePlaceholders(node);
            }
            catch (OnnxGraphException problem)
            {
                session.Refuse(node, NameOf(node), new RefusedException(ReasonCode.InvalidNode, problem.Message, "correct the model"));
                DefinePlaceholders(node);
            }
            catch (Exception problem) when (MalformedNode.IsCause(problem))
            {
                session.Refuse(node, NameOf(node), new RefusedException(ReasonCode.InvalidNode, MalformedNode.Of(problem).Message, "correct the model"));
                DefinePlaceholders(node);
            }
        }
    }

    public Tensor Value(string name)
    {
        if (_values.TryGetValue(name, out var known))
        {
            return known;
        }

        var fact = Fact(name);
        if (fact.Constant is { } constant)
        {
            return _values[name] = session.Constants.Get(name, constant, Represent(constant.DataType, name));
        }

        return _values[name] = outer?.Invoke(name)
            ?? throw new RefusedException(ReasonCode.InvalidGraph, $"the value '{name}' is given by nothing", "correct the model");
    }

    public void Define(string name, Tensor tensor)
    {
        _values[name] = tensor;
        if (tensor.Producer is not null && session.Names.TryClaim(tensor, name))
        {
            tensor.Name = name;
        }
    }

    internal static string NameOf(NodeProto node) =>
        node.Name.Length > 0 ? node.Name : node.Outputs.Find(output => output.Length > 0) ?? node.OpType;

    // What reads the results of a refused node can still be looked at.
    private void DefinePlaceholders(NodeProto node)
    {
        foreach (string output in node.Outputs.Where(output => output.Length > 0 && !_values.ContainsKey(output)))
        {
            var fact = Fact(output);
            var type = fact.Type is DataType.Undefined or DataType.String ? TensorType.Float32 : TensorTypes.FromOnnx(fact.Type) ?? TensorType.Float32;
            _values[output] = new Tensor(output, type, fact.Shape ?? []);
        }
    }
}
