using Platform.Contracts.Hub.V1;
using Torch.Onnx;

namespace Platform.Toolchains.ExportedPrograms;

/// <summary>Input specs as sizes of a program's symbols, so that everything computed from them is computed at conversion.</summary>
internal static class InputSizes
{
    public static Dictionary<string, long> Of(IReadOnlyList<ProgramValueInfo> inputs, IReadOnlyList<InputSpec> specs, ICollection<Refusal> refusals)
    {
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var spec in specs)
        {
            var input = inputs.FirstOrDefault(candidate => candidate.Name == spec.Name);
            if (input is null)
            {
                string names = string.Join(", ", inputs.Select(candidate => candidate.Name));
                refusals.Add(new Refusal(FailureCode.InputSpecUnknownName, $"the model has no input '{spec.Name}'; its inputs are {names}", Subject: spec.Name));
            }
            else if (input.Shape.Count == spec.Shape.Count)
            {
                Add(sizes, input, spec, refusals);
            }
        }

        return sizes;
    }

    // Ranks and types are compared by the step that writes the shapes into the graph.
    private static void Add(Dictionary<string, long> sizes, ProgramValueInfo input, InputSpec spec, ICollection<Refusal> refusals)
    {
        for (int i = 0; i < spec.Shape.Count; i++)
        {
            if (input.Shape[i].Param is { } symbol && IsSymbol(symbol) && !sizes.TryAdd(symbol, spec.Shape[i]) && sizes[symbol] != spec.Shape[i])
            {
                refusals.Add(new Refusal(
                    FailureCode.InputSpecDimensionMismatch,
                    $"dimension {i} of input '{spec.Name}' is {symbol}, which another dimension sets to {sizes[symbol]}, not {spec.Shape[i]}",
                    Subject: spec.Name));
            }
        }
    }

    // Not an expression such as 2*s77.
    private static bool IsSymbol(string text) => text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
