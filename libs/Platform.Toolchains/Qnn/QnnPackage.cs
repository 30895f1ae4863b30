using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Platform.Toolchains.Inspection;

namespace Platform.Toolchains.Qnn;

/// <summary>
/// The onnxruntime-qnn package as its operator mounts it: the folder that a wheel unpacks to, one flat folder with all
/// libraries, or the wheel itself. It is the vendor's and stays where it is; nothing of it is part of the hub.
/// </summary>
public sealed partial class QnnPackage
{
    private const string WheelFolder = "onnxruntime_qnn";
    private const string WheelLibraries = "onnxruntime_qnn.libs";
    private const string VersionFile = "build_and_package_info.py";
    private const int LargestFile = 512 << 20;

    private static readonly string[] s_files = ["libonnxruntime_providers_qnn.so", "libQnnHtp.so", "libQnnSystem.so", "libQnnIr.so"];
    private static readonly string[] s_runtime = ["libc++-", "libc++abi-", "libunwind-"];

    private QnnPackage(string root, string libraries)
    {
        (Root, Libraries) = (root, libraries);
    }

    /// <summary>The folder that a child has to see.</summary>
    public string Root { get; }

    /// <summary>The folder that holds the plug-in and the vendor's libraries.</summary>
    public string Libraries { get; }

    /// <summary>Version of the package, such as 2.7.0; empty where it does not say.</summary>
    public string Version => File.Exists(Path.Combine(Libraries, VersionFile)) && VersionLine().Match(File.ReadAllText(Path.Combine(Libraries, VersionFile))) is { Success: true } match
        ? match.Groups[1].Value
        : "";

    /// <summary>Finds the package: what <c>HUB_QNN_ROOT</c> names, else the folder <c>qnn</c> or a wheel in the toolchains folder.</summary>
    /// <param name="root">Folder or wheel; empty to look in the toolchains folder.</param>
    /// <param name="toolchains">The toolchains folder; empty for none.</param>
    /// <returns>The place; null when nothing is mounted.</returns>
    public static string? Locate(string root, string toolchains)
    {
        if (root.Length > 0)
        {
            return Path.GetFullPath(root);
        }

        if (toolchains.Length == 0 || !Directory.Exists(toolchains))
        {
            return null;
        }

        string folder = Path.Combine(toolchains, "qnn");
        return Directory.Exists(folder) ? folder : Directory.EnumerateFiles(toolchains, "onnxruntime_qnn-*.whl").Order(StringComparer.Ordinal).LastOrDefault();
    }

    /// <summary>Opens the package; a wheel is unpacked once into the cache folder and checked against its own list of hashes.</summary>
    /// <param name="place">Folder or wheel.</param>
    /// <param name="cache">Folder for unpacked wheels.</param>
    /// <exception cref="InspectionException">RUNTIME_MISSING: a file is missing, or a wheel is damaged.</exception>
    public static QnnPackage Open(string place, string cache)
    {
        string root = File.Exists(place) ? Unpack(place, cache) : place;
        string libraries = Directory.Exists(Path.Combine(root, WheelFolder)) ? Path.Combine(root, WheelFolder) : root;
        var missing = s_files.Where(file => !File.Exists(Path.Combine(libraries, file))).ToList();
        string[] folders = [libraries, Path.Combine(root, WheelLibraries)];
        missing.AddRange(s_runtime.Where(prefix => !folders.Where(Directory.Exists).Any(folder => Directory.EnumerateFiles(folder, prefix + "*").Any())).Select(prefix => prefix + "*.so"));
        return missing.Count == 0 ? new QnnPackage(root, libraries) : throw Missing($"{place} lacks {string.Join(", ", missing)}");
    }

    private static string Unpack(string wheel, string cache)
    {
        string hash = HashOf(wheel);
        string folder = Path.Combine(cache, "qnn-" + hash[..16]);
        if (Directory.Exists(folder))
        {
            return folder;
        }

        string beside = folder + ".new";
        if (Directory.Exists(beside))
        {
            Directory.Delete(beside, recursive: true);
        }

        try
        {
            Extract(wheel, Directory.CreateDirectory(beside).FullName);
        }
        catch (InspectionException problem)
        {
            Directory.Delete(beside, recursive: true);
            throw Missing($"{wheel} cannot be used: {problem.Message}");
        }

        Directory.Move(beside, folder);
        return folder;
    }

    private static void Extract(string wheel, string target)
    {
        using var archive = new SafeArchive(wheel, 4L << 30);
        var entries = archive.Files.Where(IsNeeded).ToList();
        var hashes = HashesOf(archive);
        foreach (var entry in entries)
        {
            byte[] bytes = SafeArchive.Read(entry, LargestFile);
            string sum = Convert.ToBase64String(SHA256.HashData(bytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
            if (hashes.GetValueOrDefault(entry.FullName) != "sha256=" + sum)
            {
                throw new InspectionException($"{entry.FullName} does not have the hash that the wheel's RECORD names");
            }

            string path = Path.Combine(target, entry.FullName);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes);
        }
    }

    private static bool IsNeeded(System.IO.Compression.ZipArchiveEntry entry)
    {
        string name = Path.GetFileName(entry.FullName);
        string folder = Path.GetDirectoryName(entry.FullName) ?? "";
        return (folder == WheelFolder && (s_files.Contains(name) || name == VersionFile || name.Contains("LICENSE", StringComparison.Ordinal)))
            || (folder == WheelLibraries && s_runtime.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
    }

    // RECORD: one line a file, "path,sha256=<urlsafe base64>,size" (PEP 376, PEP 427).
    private static Dictionary<string, string> HashesOf(SafeArchive archive)
    {
        var record = archive.Files.FirstOrDefault(entry => entry.FullName.EndsWith(".dist-info/RECORD", StringComparison.Ordinal))
            ?? throw new InspectionException("it is no wheel: it has no RECORD");
        return System.Text.Encoding.UTF8.GetString(SafeArchive.Read(record, 16 << 20)).Split('\n').Select(line => line.TrimEnd('\r').Split(','))
            .Where(parts => parts.Length == 3).ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);
    }

    private static string HashOf(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static InspectionException Missing(string problem) => new(problem, Contracts.Hub.V1.FailureCode.RuntimeMissing);

    [GeneratedRegex(@"__version__\s*=\s*'([^']+)'", RegexOptions.CultureInvariant)]
    private static partial Regex VersionLine();
}
