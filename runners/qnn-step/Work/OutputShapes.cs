using Onnx.Model;
using Onnx.Model.Analysis;

namespace Runner.QnnStep.Work;

/// <summary>Writes down the shapes of outputs that follow from the inputs: exporters leave open what they have traced with an open dimension.</summary>
internal static class OutputShapes
{
    /// <summary>Closes what can be closed; what depends on the data stays open, and is refused by whoever needs it closed.</summary>
    /// <returns>Whether the model was changed.</returns>
    public static bool Close(ModelProto model)
    {
        var open = model.Graph.Outputs.Where(output => output.Type is TypeProto.Tensor tensor && IsOpen(tensor)).ToList();
        if (open.Count == 0)
        {
            return false;
        }

        var facts = ModelAnalysis.Analyze(model).Main;
        foreach (var output in open)
        {
            if (facts.Find(output.Name) is { IsStatic: true } fact)
            {
                output.Type = ((TypeProto.Tensor)output.Type) with { Shape = [.. fact.Shape!.Select(dim => Dimension.FromInt64(dim.Value))] };
            }
        }

        // What was noted about inner values may have been noted with the open dimensions.
        model.Graph.ValueInfos.Clear();
        return true;
    }

    private static bool IsOpen(TypeProto.Tensor tensor) => tensor.Shape is null || tensor.Shape.Any(dim => dim.Value is null);
}
