using Onnx.Model;
using Onnx.Model.Analysis;

namespace Runner.QnnStep.Work;

/// <summary>What of a node's tensors no Hexagon processor takes, for the sentence of a refusal: the vendor's library names nodes without a reason.</summary>
internal static class NodeNotes
{
    private const int HighestRank = 5;

    /// <summary>Notes by the node's name; nodes without a finding, or without a name, are left out.</summary>
    public static Dictionary<string, string> Find(string path)
    {
        using var file = OnnxFile.Open(path);
        var notes = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            var graph = ModelAnalysis.Analyze(file.Model).Main;
            foreach (var (node, _) in graph.SourceNodes.Where(entry => entry.Node.Name.Length > 0))
            {
                if (node.Inputs.Concat(node.Outputs).Where(name => name.Length > 0).Select(name => Note(name, graph.Find(name))).FirstOrDefault(note => note is not null) is { } found)
                {
                    notes.TryAdd(node.Name, found);
                }
            }
        }
        catch (OnnxFormatException problem)
        {
            // Only the explanation is lost: the refusal itself stands.
            Console.Error.WriteLine($"qnn-step: the graph cannot be analysed: {problem.Message}");
        }

        return notes;
    }

    private static string? Note(string name, ValueFact? fact) => fact switch
    {
        null => null,
        { Type: DataType.Double or DataType.String or DataType.Complex64 or DataType.Complex128 } => $"'{name}' is {fact.Type.ToNumpyName()}",
        { Rank: > HighestRank } => $"'{name}' has {fact.Rank} dimensions, {HighestRank} are the most",
        { Shape: not null, IsStatic: false } => $"'{name}' has a shape that depends on the data",
        _ => null,
    };
}
