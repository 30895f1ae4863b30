using System.Globalization;

namespace Torch.Onnx.Program;

/// <summary>One user output and its name.</summary>
/// <param name="Name">Name.</param>
/// <param name="Argument">Value in the graph.</param>
internal sealed record NamedOutput(string Name, Argument Argument);

/// <summary>
/// Names outputs by their path in the Python structure: <c>logits</c>, <c>present.0.1</c>; <c>output</c> for a single
/// one, <c>output_0</c> and so on where the structure itself is a tuple or list.
/// </summary>
internal static class OutputNames
{
    private const string Single = "output";

    public static List<NamedOutput> Of(ExportedProgram program)
    {
        var outputs = program.OutputSpecs.Where(spec => spec.Kind == OutputKind.UserOutput).Select(spec => spec.Argument).ToList();
        var paths = new List<string>();
        if (program.OutputTree is { } tree)
        {
            Walk(tree, "", paths);
        }

        if (paths.Count != outputs.Count)
        {
            paths = [.. Enumerable.Range(0, outputs.Count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{Single}_{i}"))];
        }

        return [.. outputs.Select((argument, i) => new NamedOutput(paths[i], argument))];
    }

    private static void Walk(TreeSpec tree, string path, List<string> paths)
    {
        if (tree.IsLeaf)
        {
            paths.Add(path.Length == 0 ? Single : path);
            return;
        }

        for (int i = 0; i < tree.Children.Length; i++)
        {
            string key = tree.Keys[i];
            Walk(tree.Children[i], path.Length > 0 ? $"{path}.{key}" : key.Length > 0 && char.IsAsciiDigit(key[0]) ? $"{Single}_{key}" : key, paths);
        }
    }
}
