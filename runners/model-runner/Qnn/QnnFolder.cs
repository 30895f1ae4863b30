using Runner.Model.Runtimes;

namespace Runner.Model.Qnn;

/// <summary>Where the onnxruntime-qnn package lies: HUB_QNN_ROOT, else the folder <c>qnn</c> of the toolchains folder.</summary>
internal static class QnnFolder
{
    private const string Plugin = "libonnxruntime_providers_qnn.so";
    private const string VersionFile = "build_and_package_info.py";
    private const string VersionMark = "qnn_version = '";

    /// <summary>The folder with the plug-in and the vendor's libraries.</summary>
    /// <exception cref="RunnerException">RUNTIME_MISSING.</exception>
    public static string Find()
    {
        string root = Environment.GetEnvironmentVariable("HUB_QNN_ROOT") is { Length: > 0 } given ? given : Path.Combine(Environment.GetEnvironmentVariable("HUB_TOOLCHAINS") ?? "", "qnn");
        return new[] { Path.Combine(root, "onnxruntime_qnn"), root }.FirstOrDefault(folder => File.Exists(Path.Combine(folder, Plugin)))
            ?? throw new RunnerException("RUNTIME_MISSING", $"{Plugin} was not found: point HUB_QNN_ROOT at the unpacked onnxruntime-qnn package");
    }

    /// <summary>The plug-in's path.</summary>
    public static string PluginOf(string folder) => Path.Combine(folder, Plugin);

    /// <summary>The QNN version that the package notes; empty where it does not.</summary>
    public static string VersionOf(string folder)
    {
        string file = Path.Combine(folder, VersionFile);
        string text = File.Exists(file) ? File.ReadAllText(file) : "";
        int at = text.IndexOf(VersionMark, StringComparison.Ordinal);
        return at < 0 ? "" : text[(at + VersionMark.Length)..].Split('\'')[0];
    }
}
