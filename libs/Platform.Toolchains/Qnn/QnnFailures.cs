using System.Text.RegularExpressions;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.Sandbox;
using Platform.Toolchains.Steps;

namespace Platform.Toolchains.Qnn;

/// <summary>Turns what ONNX Runtime and the vendor's libraries say into codes of the catalogue. They answer most things with one sentence, and print the reason.</summary>
public static partial class QnnFailures
{
    private const int MostWords = 6;

    /// <summary>The reasons in a response; empty when it is a success.</summary>
    public static IReadOnlyList<Refusal> OfResponse(QnnResponse response, QnnWords words) => response.Error.Length > 0
        ? OfWords(response.Error, words.Lines, response.NodeNotes)
        : [.. response.Refusals.Select(detail => new Refusal(detail.Code, detail.Message, Subject: detail.Subject.Length > 0 ? detail.Subject : null, Advice: detail.Advice.Length > 0 ? detail.Advice : null))];

    /// <summary>The reason why a child left no response.</summary>
    public static Refusal OfEnd(SandboxResult ended, QnnWords words)
    {
        var refusal = ChildFailures.ToRefusal(ended, "the QNN compiler");
        return words.Lines.Count == 0 ? refusal : refusal with { Message = $"{refusal.Message}; its last words: {words.Lines[^1]}" };
    }

    /// <summary>The reasons behind an exception.</summary>
    /// <param name="error">The exception's text.</param>
    /// <param name="lines">What was printed, without colours.</param>
    /// <param name="notes">What is known against nodes, by name.</param>
    public static IReadOnlyList<Refusal> OfWords(string error, IReadOnlyList<string> lines, IReadOnlyDictionary<string, string>? notes = null)
    {
        string all = string.Join('\n', lines.Append(error));
        var known = QnnSentences.Find(all);
        var (code, message) = known ?? (FailureCode.QnnFailed, "the vendor's library failed");
        if (code is FailureCode.QnnUnsupported or FailureCode.QnnTypeUnsupported)
        {
            var nodes = Nodes(all);
            if (nodes.Count == 0 && notes is { Count: > 0 })
            {
                // The library is silent about some of them.
                return [.. notes.Select(note => new Refusal(code, $"the Hexagon processor cannot compute the node '{note.Key}': {note.Value}", Subject: note.Key))];
            }

            if (nodes.Count > 0)
            {
                return [.. nodes.Select(node => new Refusal(
                    code, $"the Hexagon processor cannot compute {node.Type} '{node.Name}': {notes?.GetValueOrDefault(node.Name) ?? "its type, attributes or data types as they stand in the model"}", node.Type, node.Name))];
            }
        }

        string words = string.Join("; ", lines.Where(line => line.Contains("Error", StringComparison.OrdinalIgnoreCase)).TakeLast(MostWords).Append(Shorten(error)));
        return [new Refusal(code, $"{message}: {words}", known is null ? "UNKNOWN" : null)];
    }

    private static List<(string Name, string Type)> Nodes(string text) =>
    [
        .. UnsupportedNodes().Matches(text).SelectMany(line => NamedNode().Matches(line.Value)).Select(match => (match.Groups[1].Value, match.Groups[2].Value))
            .Select(node => (LayoutSuffix().Replace(node.Item1, ""), node.Item2))
            .Concat(NotSelected().Matches(text).Select(match => (LayoutSuffix().Replace(match.Groups[1].Value, ""), match.Groups[2].Value))).Distinct(),
    ];

    private static string Shorten(string error) => error.Length <= 400 ? error : error[..400] + " ...";

    [GeneratedRegex(@"Unsupported nodes in QNN EP:.*", RegexOptions.CultureInvariant)]
    private static partial Regex UnsupportedNodes();

    [GeneratedRegex(@"\{\s*name:\s*(.*?),\s*type:\s*(\S+?)\s*\}", RegexOptions.CultureInvariant)]
    private static partial Regex NamedNode();

    // ONNX Runtime names a node anew when it moves its channels.
    [GeneratedRegex(@"_token_\d+$", RegexOptions.CultureInvariant)]
    private static partial Regex LayoutSuffix();

    [GeneratedRegex(@"Node '(.*?)' OpType:(\S+) with domain:\S+ was inserted", RegexOptions.CultureInvariant)]
    private static partial Regex NotSelected();
}
