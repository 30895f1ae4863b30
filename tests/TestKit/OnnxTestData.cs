namespace TestKit;

/// <summary>
/// The models of Debian's package <c>libonnx-testdata</c> (the backend tests of ONNX 1.12 with inputs and expected outputs).
/// test.sh installs it.
/// </summary>
public static class OnnxTestData
{
    public const string Root = "/usr/share/libonnx-testdata/data";

    /// <summary>Folders that hold a model, relative to <see cref="Root"/>; empty where the package is missing.</summary>
    public static IReadOnlyList<string> Cases { get; } = Directory.Exists(Root)
        ? [.. Directory.EnumerateFiles(Root, "model.onnx", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, Path.GetDirectoryName(file)!)).Order(StringComparer.Ordinal)]
        : [];

    public static void Require() => Assert.SkipUnless(Cases.Count > 0, "needs Debian's libonnx-testdata");
}
