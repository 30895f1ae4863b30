using Onnx.Model;
using Platform.Contracts.Hub.V1;

namespace Platform.Toolchains.OnnxToOnnx;

/// <summary>Writes the shapes of input specs into a graph's inputs.</summary>
internal static class InputPinning
{
    public static void Apply(GraphProto graph, IReadOnlyList<InputSpec> specs, ICollection<Refusal> refusals)
    {
        var initializers = graph.Initializers.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        var inputs = graph.Inputs.Where(input => !initializers.Contains(input.Name)).ToList();
        foreach (var spec in specs)
        {
            var input = inputs.Find(candidate => candidate.Name == spec.Name);
            if (input is null)
            {
                string names = string.Join(", ", inputs.Select(candidate => candidate.Name));
                refusals.Add(new Refusal(FailureCode.InputSpecUnknownName, $"the model has no input '{spec.Name}'; its inputs are {names}", Subject: spec.Name));
            }
            else if (input.Type is TypeProto.Tensor type && Fits(type, spec, refusals))
            {
                input.Type = type with { Shape = [.. spec.Shape.Select(Dimension.FromInt64)] };
            }
        }
    }

    private static bool Fits(TypeProto.Tensor type, InputSpec spec, ICollection<Refusal> refusals)
    {
        if (type.ElementType != spec.Type)
        {
            refusals.Add(new Refusal(
                FailureCode.InputSpecTypeMismatch,
                $"input '{spec.Name}' is {type.ElementType.ToNumpyName()} in the model, {spec.Type.ToNumpyName()} in the spec",
                Subject: spec.Name));
            return false;
        }

        if (type.Shape is not { } shape)
        {
            return true;
        }

        if (shape.Length != spec.Shape.Count)
        {
            refusals.Add(new Refusal(
                FailureCode.InputSpecRankMismatch,
                $"input '{spec.Name}' has {shape.Length} dimensions in the model, {spec.Shape.Count} in the spec",
                Subject: spec.Name));
            return false;
        }

        int before = refusals.Count;
        for (int i = 0; i < shape.Length; i++)
        {
            if (shape[i].Value is { } known && known != spec.Shape[i])
            {
                refusals.Add(new Refusal(
                    FailureCode.InputSpecDimensionMismatch,
                    $"dimension {i} of input '{spec.Name}' is {known} in the model, {spec.Shape[i]} in the spec",
                    Subject: spec.Name));
            }
        }

        return refusals.Count == before;
    }
}
