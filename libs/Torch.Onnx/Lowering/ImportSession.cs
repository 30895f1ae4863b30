using System.Runtime.InteropServices;
using Torch.Onnx.Emission;

namespace Torch.Onnx.Lowering;

/// <summary>What all graphs of one import share.</summary>
/// <param name="builder">Where nodes go.</param>
/// <param name="sizes">Sizes as numbers.</param>
/// <param name="cancellation">Ends the work early.</param>
internal sealed class ImportSession(OnnxBuilder builder, SizeTable sizes, CancellationToken cancellation)
{
    /// <summary>What stands before the names of PyTorch's operators.</summary>
    public const string OperatorPrefix = "torch.ops.";

    private readonly Dictionary<string, string> _shortTargets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _operators = new(StringComparer.Ordinal);
    private readonly List<NodeWarning> _warnings = [];
    private readonly List<ImportBlocker> _blockers = [];

    public OnnxBuilder Builder => builder;

    public SizeTable Sizes => sizes;

    public CancellationToken Cancellation => cancellation;

    /// <summary>How often each operator was met.</summary>
    public IReadOnlyDictionary<string, int> Operators => _operators;

    /// <summary>Warnings about the whole program.</summary>
    public List<string> Warnings { get; } = [];

    public void Count(string target) => CollectionsMarshal.GetValueRefOrAddDefault(_operators, target, out _)++;

    /// <summary>A target as reports show it: an operator without what stands before all of them.</summary>
    public string ShortTarget(string target)
    {
        if (!_shortTargets.TryGetValue(target, out string? shortened))
        {
            shortened = target.StartsWith(OperatorPrefix, StringComparison.Ordinal) ? target[OperatorPrefix.Length..] : target;
            _shortTargets.Add(target, shortened);
        }

        return shortened;
    }

    /// <summary>A warning that only matters if the node's result is used.</summary>
    public void WarnIfLive(NodeDraft node, string text) => _warnings.Add(new NodeWarning(node, text));

    /// <summary>A blocker that does not hang on a value.</summary>
    public void BlockAlways(ImportBlocker blocker) => _blockers.Add(blocker);

    /// <summary>All blockers: those of the whole, then those of live nodes.</summary>
    public List<ImportBlocker> Blockers(IEnumerable<NodeDraft> liveNodes) =>
        [.. _blockers.Concat(liveNodes.Select(node => node.Blocker).OfType<ImportBlocker>()).Distinct()];

    /// <summary>All warnings, each text once, with the first node that it is about.</summary>
    public List<string> LiveWarnings() =>
        [.. Warnings.Concat(_warnings.Where(warning => warning.Node.IsLive).GroupBy(warning => warning.Text).Select(group => $"{group.First().Node.Origin.DisplayName}: {group.Key}"))];

    private sealed record NodeWarning(NodeDraft Node, string Text);
}
