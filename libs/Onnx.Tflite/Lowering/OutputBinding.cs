using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite.Lowering;

/// <summary>Gives the graph its outputs: the caller's names and types, each a tensor of its own that an operator gives.</summary>
internal static class OutputBinding
{
    public static void Bind(AnalyzedGraph source, Subgraph graph, LoweringSession session, GraphLowering lowering)
    {
        foreach (var output in source.Source.Outputs)
        {
            try
            {
                graph.AddOutput(Output(output.Name, source, lowering, session));
            }
            catch (RefusedException refusal)
            {
                session.Refusals.Add(new ConversionRefusal(refusal.Code, output.Name, "", refusal.Message, refusal.Advice));
            }
        }
    }

    private static Tensor Output(string name, AnalyzedGraph source, GraphLowering lowering, LoweringSession session)
    {
        var value = lowering.Value(name);
        lowering.Builder.Origin = value.Producer?.Origin ?? name;
        var type = ModelLowering.BoundaryType(source.Find(name)!.Type, name, session.Options);
        var tensor = lowering.Builder.Cast(value, type);
        if (tensor.IsConstant)
        {
            // A runtime gives a constant output as it is, but each under one name.
            return new Tensor(name, tensor.Type, tensor.Shape) { Data = tensor.Data };
        }

        if (tensor.Producer is null || tensor.OutputUses > 0)
        {
            // An input or another output under a second name: something has to give it.
            tensor = lowering.Builder.Add(BuiltinOperator.Reshape, new ReshapeOptions(null), [tensor, new Building.RuntimeShape(lowering.Builder).Of(tensor, tensor.Shape)], type, tensor.Shape);
        }

        tensor.Name = name;
        return tensor;
    }
}
