using Torch.Onnx.Emission;

namespace Torch.Onnx.Lowering;

/// <summary>What all graphs of one import share.</summary>
/// <param name="builder">Where nodes go.</param>
/// <param name="sizes">Sizes as numbers.</param>
/// <param name="cancellation">Ends the work early.</param>
internal sealed class ImportSession(OnnxBuilder builder, SizeTable sizes, CancellationToken cancellation)
{
    private readonly List<(NodeDraft Node, string Text)> _warnings = [];
    private readonly List<ImportBlocker> _blockers = [];

    public OnnxBuilder Builder => builder;

    public SizeTable Sizes => sizes;

    public CancellationToken Cancellation => cancellation;

    /// <summary>How often each operator was met.</summary>
    public SortedDictionary<string, int> Operators { get; } = new(StringComparer.Ordinal);

    /// <summary>Warnings about the whole program.</summary>
    public List<string> Warnings { get; } = [];

    public void Count(string target) => Operators[target] = Operators.GetValueOrDefault(target) + 1;

    /// <summary>A warning that only matters if the node's result is used.</summary>
    public void WarnIfLive(NodeDraft node, string text) => _warnings.Add((node, text));

    /// <summary>A blocker that does not hang on a value.</summary>
    public void BlockAlways(ImportBlocker blocker) => _blockers.Add(blocker);

    /// <summary>All blockers: those of the whole, then those of live nodes.</summary>
    public List<ImportBlocker> Blockers(IEnumerable<NodeDraft> liveNodes) =>
        [.. _blockers.Concat(liveNodes.Select(node => node.Blocker).OfType<ImportBlocker>()).Distinct()];

    /// <summary>All warnings, each text once, with the first node that it is about.</summary>
    public List<string> LiveWarnings() =>
        [.. Warnings.Concat(_warnings.Where(warning => warning.Node.IsLive).GroupBy(warning => warning.Text).Select(group => $"{group.First().Node.Origin.DisplayName}: {group.Key}"))];
}
