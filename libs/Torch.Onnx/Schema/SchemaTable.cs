using System.Collections.Concurrent;

namespace Torch.Onnx.Schema;

/// <summary>Signatures of the operators that are converted, from the text <c>aten.schema</c>; parsed when asked for.</summary>
internal static class SchemaTable
{
    private static readonly Dictionary<string, string> s_lines = Load();
    private static readonly ConcurrentDictionary<string, OperatorSchema> s_parsed = new(StringComparer.Ordinal);

    /// <summary>Names of all operators in the table.</summary>
    public static IReadOnlyCollection<string> Names => s_lines.Keys;

    /// <summary>The signature of <c>aten.add.Tensor</c>; null when the table has none.</summary>
    public static OperatorSchema? Find(string name)
    {
        if (s_parsed.TryGetValue(name, out var known))
        {
            return known;
        }

        return s_lines.TryGetValue(name, out string? line) ? s_parsed.GetOrAdd(name, SchemaParser.Parse(line)) : null;
    }

    /// <summary>The signature as text, for the documentation.</summary>
    public static string? Text(string name) => s_lines.GetValueOrDefault(name);

    private static Dictionary<string, string> Load()
    {
        var lines = new Dictionary<string, string>(1200, StringComparer.Ordinal);
        using var stream = typeof(SchemaTable).Assembly.GetManifestResourceStream("aten.schema")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            int open = line.IndexOf('(', StringComparison.Ordinal);
            if (open > 0 && line[0] != '#')
            {
                lines.Add(line[..open], line);
            }
        }

        return lines;
    }
}
