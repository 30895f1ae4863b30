using Torch.Onnx.Program;

namespace Torch.Onnx.ProgramJson;

/// <summary>Takes the innermost module from a node's metadata. All else (stack traces hold paths of the author's machine) is passed over.</summary>
internal static class NodeMetadataReader
{
    public static ModuleOrigin? Module(ref JsonCursor cursor)
    {
        ModuleOrigin? module = null;
        while (cursor.NextProperty())
        {
            if (cursor.NameIs("nn_module_stack"u8) && cursor.IsText)
            {
                module = Known(cursor.Text(), cursor.Pool.Modules);
            }
            else
            {
                cursor.Skip();
            }
        }

        return module;
    }

    private static ModuleOrigin? Known(string stack, Dictionary<string, ModuleOrigin?> modules)
    {
        if (!modules.TryGetValue(stack, out var module))
        {
            module = Innermost(stack);
            modules.Add(stack, module);
        }

        return module;
    }

    /// <summary>The last entry of <c>key,path,class;key,path,class</c>.</summary>
    private static ModuleOrigin? Innermost(string stack)
    {
        var last = stack.AsSpan(stack.LastIndexOf(';') + 1);
        int pathAt = last.IndexOf(',');
        int classAt = last.LastIndexOf(',');
        return pathAt < 0 || classAt <= pathAt ? null : new ModuleOrigin(CleanPath(last[(pathAt + 1)..classAt]), CleanClass(last[(classAt + 1)..]));
    }

    // Strict export writes L['self'].layers[0]; both forms become layers.0.
    private static string CleanPath(ReadOnlySpan<char> path)
    {
        string text = path.ToString();
        foreach (string root in new[] { "L['self']", "L__self__", "self" })
        {
            if (text.StartsWith(root, StringComparison.Ordinal) && (text.Length == root.Length || text[root.Length] is '.' or '['))
            {
                text = text[root.Length..];
                break;
            }
        }

        text = text.Replace("['", ".", StringComparison.Ordinal).Replace("']", "", StringComparison.Ordinal)
            .Replace('[', '.').Replace("]", "", StringComparison.Ordinal).Trim('.');
        return IsPlain(text) ? text : "";
    }

    private static string CleanClass(ReadOnlySpan<char> name)
    {
        string text = name.ToString();
        return IsPlain(text) ? text : "";
    }

    // Anything that looks like a path of a file system stays in the file that it came from.
    private static bool IsPlain(string text) => text.AsSpan().IndexOfAny("/\\:\0\n") < 0;
}
