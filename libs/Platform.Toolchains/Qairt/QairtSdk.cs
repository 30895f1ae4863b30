using System.Text.RegularExpressions;

namespace Platform.Toolchains.Qairt;

/// <summary>A QAIRT SDK as its operator mounts it (<c>HUB_QAIRT_ROOT</c>): the vendor's command-line tools for an x86-64 Linux host.</summary>
/// <param name="root">Its folder.</param>
public sealed partial class QairtSdk(string root)
{
    private const string HostFolder = "x86_64-linux-clang";

    /// <summary>Its folder.</summary>
    public string Root => root;

    /// <summary>Full version, such as 2.44.0.260225; <c>unknown</c> where the folder's name does not say it.</summary>
    public string Version => FullVersion().Match(Path.GetFileName(root.TrimEnd('/'))) is { Success: true } match ? match.Value : "unknown";

    /// <summary>The SDK; null where the setting is empty and the toolchains folder has none.</summary>
    /// <param name="root">What <c>HUB_QAIRT_ROOT</c> says.</param>
    /// <param name="toolchains">The toolchains folder; empty for none.</param>
    public static QairtSdk? Locate(string root, string toolchains)
    {
        string place = root.Length > 0 ? Path.GetFullPath(root) : toolchains.Length > 0 ? Path.Combine(toolchains, "qairt") : "";
        return Directory.Exists(place) ? new QairtSdk(place) : null;
    }

    /// <summary>The path of a tool; null where this SDK lacks it.</summary>
    public string? Tool(string name) => new[] { Path.Combine(root, "bin", HostFolder, name), Path.Combine(root, "bin", name) }.FirstOrDefault(File.Exists);

    /// <summary>The environment of the tools.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["QNN_SDK_ROOT"] = root,
        ["PYTHONPATH"] = Path.Combine(root, "lib", "python"),
        ["LD_LIBRARY_PATH"] = Path.Combine(root, "lib", HostFolder),
    };

    [GeneratedRegex(@"\d+\.\d+\.\d+(\.\d+)?", RegexOptions.CultureInvariant)]
    private static partial Regex FullVersion();
}
