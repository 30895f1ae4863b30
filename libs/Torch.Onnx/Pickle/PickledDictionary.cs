namespace Torch.Onnx.Pickle;

/// <summary>A dict or an OrderedDict.</summary>
internal sealed class PickledDictionary
{
    private Dictionary<string, object?>? _items;

    public Dictionary<string, object?> Items => _items ??= new(StringComparer.Ordinal);
}
