namespace Torch.Onnx.Program;

/// <summary>An exported program without its tensors.</summary>
internal sealed class ExportedProgram
{
    public int SchemaMajor { get; set; }

    public int SchemaMinor { get; set; }

    public string TorchVersion { get; set; } = "";

    /// <summary><c>TRAINING</c> as exported, <c>ATEN</c> after decomposition.</summary>
    public string[] Verifiers { get; set; } = [];

    public Graph Graph { get; set; } = new();

    public InputSpec[] InputSpecs { get; set; } = [];

    public OutputSpec[] OutputSpecs { get; set; } = [];

    /// <summary>The structure of the outputs; null when not recorded.</summary>
    public TreeSpec? OutputTree { get; set; }

    /// <summary>Least and greatest values of symbols; null is unbounded.</summary>
    public Dictionary<string, SymbolRange> Ranges { get; } = new(StringComparer.Ordinal);
}
