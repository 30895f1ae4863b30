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

    /// <summary>Sentences of a failure, most telling first: what is printed beside, then the exception.</summary>
    private static readonly (string Text, FailureCode Code, string Message)[] s_known =
    [
        ("request feature arch", FailureCode.QnnArchTooNew, "the binary needs a newer Hexagon architecture than the device has"),
        ("QNN_DEVICE_ERROR_INVALID_CONFIG", FailureCode.QnnSocUnknown, "the vendor's library does not know the chip"),
        ("Unable to load backend", FailureCode.RuntimeMissing, "a library of the QNN package does not load"),
        ("INCOMPATIBLE_BINARIES", FailureCode.QnnBinaryIncompatible, "the runtime does not take the binary"),
        ("Error code: 1008", FailureCode.QnnBinaryIncompatible, "the runtime does not take the binary"),
        ("Compatible cache not found", FailureCode.QnnEmulatorCannot, "the binary holds caches for several chips, and none is for this machine"),
        ("Empty cache file encountered", FailureCode.QnnBinaryDamaged, "the context binary is empty"),
        ("Failed to get context binary info", FailureCode.QnnBinaryDamaged, "the context binary is damaged"),
        ("The file path in ep_cache_context does not exist", FailureCode.QnnBinaryDamaged, "the context binary is not beside the model that names it"),
        ("node name not exists in table", FailureCode.QnnBinaryDamaged, "the context binary has no graph of the name that the model asks for"),
        ("Failed to load from EpContext model", FailureCode.QnnBinaryDamaged, "the context binary cannot be loaded"),
        ("binary's metadata are of version", FailureCode.QnnVersionMismatch, "the binary was made by a version that the mounted one does not read"),
        ("QnnSystemContext_getMetadata", FailureCode.QnnBinaryDamaged, "the file is no context binary, or is cut short"),
        ("QnnSystemDlc_createFromFile", FailureCode.ModelUnreadable, "the file is no DLC"),
        ("Graph name is a duplicate", FailureCode.QnnGraphNameTaken, "two models have the same graph name"),
        ("QnnSystemDlc_composeGraphs answered", FailureCode.ModelUnreadable, "the graphs of the DLC cannot be composed"),
        ("Failed to compose Qnn graph", FailureCode.QnnGraphNameTaken, "two models have the same graph name"),
        ("Failed to finalize QNN graph", FailureCode.QnnFinalizeFailed, "the vendor's compiler failed to finish the graph (QNN 1002)"),
        ("QnnGraph_finalize failed", FailureCode.QnnFinalizeFailed, "the vendor's compiler failed to finish the graph (QNN 1002)"),
        ("Error code: 3110", FailureCode.QnnUnsupported, "the Hexagon processor cannot compute an operator of the model (QNN 3110)"),
        ("explicitly disabled", FailureCode.QnnUnsupported, "the Hexagon processor cannot compute every operator of the model"),
        ("Unable to compile any nodes", FailureCode.QnnUnsupported, "the Hexagon processor can compute no operator of the model"),
        ("was not selected by that EP", FailureCode.QnnUnsupported, "the Hexagon processor cannot compute every operator of the model"),
        ("Protobuf parsing failed", FailureCode.ModelUnreadable, "the file is no ONNX model, or is cut short"),
        ("No graph was found in the protobuf", FailureCode.ModelUnreadable, "the file is empty"),
        ("No Op registered for", FailureCode.QnnUnsupported, "the model has an operator that ONNX Runtime does not know"),
        ("ErrorCode:NoSuchFile", FailureCode.ModelUnreadable, "the model's file, or one that it names, is missing"),
        ("ErrorCode:InvalidArgument", FailureCode.ModelUnreadable, "ONNX Runtime refuses the model"),
        ("NO_SUCHFILE", FailureCode.ModelUnreadable, "the model's file, or one that it names, is missing"),
        ("INVALID_ARGUMENT", FailureCode.ModelUnreadable, "ONNX Runtime refuses the model"),
        ("is not a registered function/op", FailureCode.QnnUnsupported, "the model has an operator that ONNX Runtime does not know"),
        ("is under development", FailureCode.ModelUnreadable, "the model's operator set is newer than ONNX Runtime knows"),
        ("Unsupported model IR version", FailureCode.ModelUnreadable, "the model's file format is newer than ONNX Runtime knows"),
        ("Failed to open context cache file", FailureCode.DiskFull, "the product could not be written"),
    ];

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
        int known = Array.FindIndex(s_known, entry => all.Contains(entry.Text, StringComparison.Ordinal));
        var (code, message) = known >= 0 ? (s_known[known].Code, s_known[known].Message) : (FailureCode.QnnFailed, "the vendor's library failed");
        if (code == FailureCode.QnnUnsupported)
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
        return [new Refusal(code, $"{message}: {words}", known >= 0 ? null : "UNKNOWN")];
    }

    private static List<(string Name, string Type)> Nodes(string text) =>
    [
        .. UnsupportedNodes().Matches(text).SelectMany(line => NamedNode().Matches(line.Value)).Select(match => (match.Groups[1].Value, match.Groups[2].Value))
            .Concat(NotSelected().Matches(text).Select(match => (match.Groups[1].Value, match.Groups[2].Value))).Distinct(),
    ];

    private static string Shorten(string error) => error.Length <= 400 ? error : error[..400] + " ...";

    [GeneratedRegex(@"Unsupported nodes in QNN EP:.*", RegexOptions.CultureInvariant)]
    private static partial Regex UnsupportedNodes();

    [GeneratedRegex(@"\{\s*name:\s*(.*?),\s*type:\s*(\S+?)\s*\}", RegexOptions.CultureInvariant)]
    private static partial Regex NamedNode();

    [GeneratedRegex(@"Node '(.*?)' OpType:(\S+) with domain:\S+ was inserted", RegexOptions.CultureInvariant)]
    private static partial Regex NotSelected();
}
