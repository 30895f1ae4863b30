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
        var fact = source.Find(name)!;
        lowering.Builder.Origin = value.Producer?.Origin ?? name;
        var type = ModelLowering.BoundaryType(fact.Type, name, session.Options);
        var tensor = Pinned(lowering.Builder.Cast(value, type), fact, lowering, session, name);
        RefuseEmpty(tensor, name);
        if (tensor.IsConstant)
        {
            // A runtime gives a constant output as it is, but each under one name.
            return new Tensor(name, tensor.Type, tensor.Shape) { Data = tensor.Data };
        }

        if (tensor.Producer is null || tensor.OutputUses > 0)
        {
            // An input or another output under a second name: something has to give it.
            tensor = Copy(tensor, tensor.Shape, lowering);
        }

        tensor.Name = name;
        return tensor;
    }

    // Memory for outputs is handed to the runtime before it runs, so their size must be known to the last operator. The
    // model's own declaration says it; a run that gives another size fails there instead of returning rubbish.
    private static Tensor Pinned(Tensor tensor, ValueFact fact, GraphLowering lowering, LoweringSession session, string name)
    {
        if (fact.IsStatic && (!tensor.IsStatic || RuntimeSizes.IsSizedAtRunTime(tensor)))
        {
            return Copy(tensor, fact.Shape!, lowering);
        }

        if (Array.Exists(tensor.Shape, dim => dim.IsDataDependent))
        {
            session.Warnings.Add($"the size of output '{name}' is only known after the run; LiteRT's compiled-model API cannot return it, the interpreter API can");
        }

        return tensor;
    }

    /// <summary>The same value given by an operator of its own.</summary>
    public static Tensor Copy(Tensor tensor, SymInt[] shape, GraphLowering lowering) => shape.Length == 0
        ? lowering.Builder.Add(BuiltinOperator.Reshape, new ReshapeOptions([]), [tensor], tensor.Type, shape)
        : lowering.Builder.Add(BuiltinOperator.Reshape, new ReshapeOptions(null), [tensor, new Building.RuntimeShape(lowering.Builder).Of(tensor, shape)], tensor.Type, shape);

    private static void RefuseEmpty(Tensor tensor, string name)
    {
        if (Array.Exists(tensor.Shape, dim => dim == 0))
        {
            throw new RefusedException(ReasonCode.EmptyTensor, $"output '{name}' has no elements: [{string.Join(", ", tensor.Shape)}]", "remove the output");
        }
    }
}
