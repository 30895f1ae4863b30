using Onnx.Model;
using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Lowers a whole model: inputs, nodes, outputs.</summary>
internal static class ModelLowering
{
    public static Subgraph Run(AnalyzedGraph source, LoweringSession session)
    {
        var graph = new Subgraph(source.Source.Name.Length > 0 ? source.Source.Name : "main");
        var inputs = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var name in source.Inputs.Select(input => input.Name).Concat(source.Source.Outputs.Select(output => output.Name)))
        {
            session.Names.Reserve(name);
        }

        var lowering = new GraphLowering(source, graph, session, inputs.GetValueOrDefault);
        foreach (var input in source.Inputs)
        {
            AddInput(input, source, graph, session, lowering, inputs);
        }

        lowering.Run();
        if (session.Refusals.Count == 0)
        {
            OutputBinding.Bind(source, graph, session, lowering);
        }

        return graph;
    }

    /// <summary>The type that the caller sees.</summary>
    public static TensorType BoundaryType(DataType type, string name, ConvertOptions options) => type switch
    {
        DataType.Int64 when options.Truncate64BitIo => TensorType.Int32,
        _ => TensorTypes.FromOnnx(type) ?? throw new RefusedException(ReasonCode.UnsupportedValueKind, $"'{name}' is of type {type}, which TensorFlow Lite does not have", "use a numeric or boolean tensor"),
    };

    private static void AddInput(ValueInfoProto input, AnalyzedGraph source, Subgraph graph, LoweringSession session, GraphLowering lowering, Dictionary<string, Tensor> inputs)
    {
        var fact = source.Find(input.Name) ?? ValueFact.Unknown;
        try
        {
            if (fact.NonTensor is not null || fact.Shape is null)
            {
                throw fact.NonTensor is not null
                    ? new RefusedException(ReasonCode.UnsupportedValueKind, $"input '{input.Name}' is no tensor", "use tensors as inputs")
                    : new RefusedException(ReasonCode.DynamicShape, $"input '{input.Name}' has no shape, not even a rank", "give its shape with --input");
            }

            if (Array.Exists(fact.Shape, dim => dim == 0))
            {
                throw new RefusedException(ReasonCode.EmptyTensor, $"input '{input.Name}' has no elements: [{string.Join(", ", fact.Shape)}]", "remove the input, or give it another shape");
            }

            var tensor = new Tensor(input.Name, BoundaryType(fact.Type, input.Name, session.Options), fact.Shape);
            graph.Inputs.Add(tensor);
            lowering.Builder.Origin = input.Name;
            inputs[input.Name] = lowering.Builder.Cast(tensor, lowering.Represent(fact.Type, input.Name));
        }
        catch (RefusedException refusal)
        {
            session.Refusals.Add(new ConversionRefusal(refusal.Code, input.Name, "", refusal.Message, refusal.Advice));
            inputs[input.Name] = new Tensor(input.Name, TensorType.Float32, fact.Shape ?? []);
        }
    }
}
