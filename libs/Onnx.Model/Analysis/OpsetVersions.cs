namespace Onnx.Model.Analysis;

/// <summary>The operator-set versions that hold in a graph or function, by domain.</summary>
internal sealed class OpsetVersions(IEnumerable<OperatorSetId> imports)
{
    private readonly Dictionary<string, int> _versions = imports
        .GroupBy(import => OnnxDomain.Normalize(import.Domain), StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => (int)Math.Clamp(group.Last().Version, 0, int.MaxValue), StringComparer.Ordinal);

    /// <summary>The version of a domain; Microsoft's is 1 even where a model forgets to import it.</summary>
    public int Of(string domain) => _versions.TryGetValue(domain, out int version) ? version
        : domain.Length == 0 ? throw new OnnxGraphException(GraphError.MissingOpset, "the model imports no version of the standard operator set") : 1;
}
