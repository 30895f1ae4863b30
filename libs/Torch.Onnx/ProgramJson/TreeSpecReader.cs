using System.Globalization;
using System.Text;
using System.Text.Json;
using Torch.Onnx.Program;

namespace Torch.Onnx.ProgramJson;

/// <summary>Reads pytree specs: JSON inside a JSON text, <c>[1, {type, context, children_spec}]</c>.</summary>
internal static class TreeSpecReader
{
    /// <summary>The <c>out_spec</c> of the whole model; null where there is none.</summary>
    public static string? RootOutputSpec(ref JsonCursor cursor)
    {
        string? found = null;
        cursor.ExpectArray();
        while (cursor.NextElement())
        {
            string? spec = EntryOutputSpec(ref cursor, out bool isRoot);
            found = isRoot ? spec : found;
        }

        return found;
    }

    public static void NamedTuples(ref JsonCursor cursor, Dictionary<string, string[]> fields)
    {
        cursor.ExpectObject();
        while (cursor.NextProperty())
        {
            string name = cursor.Name;
            fields[name] = ArgumentReader.TextList(ref cursor);
        }
    }

    /// <summary>The structure; null when it is written in a form that is not known (names then fall back to positions).</summary>
    public static TreeSpec? Parse(string text, Dictionary<string, string[]> namedTuples)
    {
        var cursor = new JsonCursor(Encoding.UTF8.GetBytes(text), new StringPool());
        cursor.ExpectArray();
        bool isVersionOne = cursor.NextElement() && cursor.Int() == 1;
        return isVersionOne && cursor.NextElement() && cursor.IsObject ? ReadNode(ref cursor, namedTuples) : null;
    }

    private static string? EntryOutputSpec(ref JsonCursor cursor, out bool isRoot)
    {
        string? spec = null;
        isRoot = false;
        cursor.ExpectObject();
        while (cursor.NextProperty())
        {
            if (cursor.NameIs("fqn"u8))
            {
                isRoot = cursor.Text().Length == 0;
            }
            else if (cursor.NameIs("signature"u8) && cursor.IsObject)
            {
                spec = SignatureOutputSpec(ref cursor);
            }
            else
            {
                cursor.Skip();
            }
        }

        return spec;
    }

    private static string? SignatureOutputSpec(ref JsonCursor cursor)
    {
        string? spec = null;
        while (cursor.NextProperty())
        {
            if (cursor.NameIs("out_spec"u8) && cursor.IsText)
            {
                spec = cursor.Text();
            }
            else
            {
                cursor.Skip();
            }
        }

        return spec;
    }

    private static TreeSpec ReadNode(ref JsonCursor cursor, Dictionary<string, string[]> namedTuples)
    {
        string? type = null;
        string context = "";
        var children = new List<TreeSpec>();
        cursor.ExpectObject();
        while (cursor.NextProperty())
        {
            if (cursor.NameIs("type"u8) && cursor.IsText)
            {
                type = cursor.Text();
            }
            else if (cursor.NameIs("context"u8) && cursor.IsText)
            {
                context = cursor.Text();
            }
            else if (cursor.NameIs("children_spec"u8))
            {
                cursor.ExpectArray();
                while (cursor.NextElement())
                {
                    children.Add(ReadNode(ref cursor, namedTuples));
                }
            }
            else
            {
                cursor.Skip();
            }
        }

        return type is null ? TreeSpec.Leaf : new TreeSpec(false, Keys(type, context, children.Count, namedTuples), [.. children]);
    }

    private static string[] Keys(string type, string context, int count, Dictionary<string, string[]> namedTuples)
    {
        string[]? keys = type == "collections.namedtuple" ? namedTuples.GetValueOrDefault(Unquoted(context))
            : type is "builtins.tuple" or "builtins.list" ? null
            : ContextKeys(context);
        return keys?.Length == count ? keys : [.. Enumerable.Range(0, count).Select(index => index.ToString(CultureInfo.InvariantCulture))];
    }

    private static string Unquoted(string context) => context.Trim('"');

    // A context is free text of the registered type: where it is no list of keys, children are counted.
    private static string[]? ContextKeys(string context)
    {
        try
        {
            using var parsed = JsonDocument.Parse(context);
            return parsed.RootElement.ValueKind == JsonValueKind.Array
                ? [.. parsed.RootElement.EnumerateArray().Select(key => key.ValueKind == JsonValueKind.String ? key.GetString()! : key.GetRawText())]
                : null;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
