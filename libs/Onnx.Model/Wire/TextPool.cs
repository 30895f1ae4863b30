using System.Text;

namespace Onnx.Model.Wire;

/// <summary>One string object per distinct name: every tensor name stands at its producer and at each consumer.</summary>
internal sealed class TextPool
{
    private const int LongestPooled = 512;

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public TextPool() => _lookup = _names.GetAlternateLookup<ReadOnlySpan<char>>();

    public string Get(ReadOnlySpan<byte> utf8, Encoding encoding)
    {
        if (utf8.IsEmpty)
        {
            return "";
        }

        if (utf8.Length > LongestPooled)
        {
            return encoding.GetString(utf8);
        }

        Span<char> chars = stackalloc char[LongestPooled];
        int length = encoding.GetChars(utf8, chars);
        var text = (ReadOnlySpan<char>)chars[..length];
        if (!_lookup.TryGetValue(text, out string? pooled))
        {
            pooled = text.ToString();
            _names.Add(pooled);
        }

        return pooled;
    }
}
