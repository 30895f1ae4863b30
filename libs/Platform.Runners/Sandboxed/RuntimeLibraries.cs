namespace Platform.Runners.Sandboxed;

/// <summary>Where the runtimes' native libraries are: named one by one, or in the toolchains folder.</summary>
/// <param name="LiteRt">Path of libLiteRt.so; empty to look in the toolchains folder.</param>
/// <param name="Tflite">Path of libtensorflowlite_c.so; empty to look in the toolchains folder.</param>
/// <param name="Toolchains">The toolchains folder; empty for none.</param>
public sealed record RuntimeLibraries(string LiteRt, string Tflite, string Toolchains)
{
    /// <summary>Folder of the onnxruntime-qnn package, unpacked; empty to look in the toolchains folder.</summary>
    public string Qnn { get; init; } = "";

    /// <summary>The variables for the runner.</summary>
    public IReadOnlyDictionary<string, string> Environment => new[] { ("HUB_LITERT_LIB", LiteRt), ("HUB_TFLITE_LIB", Tflite), ("HUB_QNN_ROOT", Qnn), ("HUB_TOOLCHAINS", Toolchains) }
        .Where(pair => pair.Item2.Length > 0)
        .ToDictionary(pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal);

    /// <summary>The folders that the runner must be able to read.</summary>
    public IReadOnlyList<string> Folders => [.. new[] { Path.GetDirectoryName(LiteRt) ?? "", Path.GetDirectoryName(Tflite) ?? "", Qnn, Toolchains }.Where(Directory.Exists).Distinct()];
}
