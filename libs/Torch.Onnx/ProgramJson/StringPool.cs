using System.Text;
using Torch.Onnx.Program;

namespace Torch.Onnx.ProgramJson;

/// <summary>Each text once: a value's name stands in a program five times and more, a module's stack at each of its nodes.</summary>
internal sealed class StringPool
{
    private const int LongestPooled = 256;

    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    /// <summary>The modules that stacks of modules end in.</summary>
    public Dictionary<string, ModuleOrigin?> Modules { get; } = new(StringComparer.Ordinal);

    public StringPool() => _bySpan = _texts.GetAlternateLookup<ReadOnlySpan<char>>();

    public string Take(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > LongestPooled)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        Span<char> chars = stackalloc char[LongestPooled];
        // Bytes that are no UTF-8 become U+FFFD: a name stays a name, and none of them can reach a file path.
        if (Encoding.UTF8.TryGetChars(utf8, chars, out int count) && _bySpan.TryGetValue(chars[..count], out string? known))
        {
            return known;
        }

        string text = new(chars[..count]);
        _texts.Add(text);
        return text;
    }
}
