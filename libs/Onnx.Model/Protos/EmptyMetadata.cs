using System.Collections.ObjectModel;

namespace Onnx.Model;

/// <summary>
/// The shared, read-only "no notes" value: models have hundreds of thousands of nodes and tensors, nearly all without notes.
/// Assign a new dictionary to add some.
/// </summary>
internal static class EmptyMetadata
{
    public static readonly IDictionary<string, string> Instance = ReadOnlyDictionary<string, string>.Empty;
}
