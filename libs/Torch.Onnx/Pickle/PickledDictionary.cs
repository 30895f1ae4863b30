namespace Torch.Onnx.Pickle;

/// <summary>A dict or an OrderedDict.</summary>
internal sealed class PickledDictionary
{
    public Dictionary<string, object?> Items { get; } = new(StringComparer.Ordinal);
}
