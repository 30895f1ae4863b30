using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Platform.Mounts;

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
    private const int LargestRecord = 16 << 20;

    private static readonly string[] s_files = ["libonnxruntime_providers_qnn.so", "libQnnHtp.so", "libQnnSystem.so", "libQnnIr.so"];
    private static readonly string[] s_runtime = ["libc++-", "libc++abi-", "libunwind-"];
    private static readonly Lock s_unpacking = new();

    private QnnPackage(string root, string libraries)
    {
        (Root, Libraries) = (root, libraries);
    }

    /// <summary>The folder for unpacked wheels of this user: what is unpacked there is shared by everything that the user runs.</summary>
    public static string UserCache => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } given ? given : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "hub");

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
    /// <exception cref="MountException">It does not exist, lacks a file, cannot be read, or is a damaged wheel.</exception>
    public static QnnPackage Open(string place, string cache)
    {
        if (!Path.Exists(place))
        {
            throw new MountException($"{place} does not exist");
        }

        try
        {
            string root = File.Exists(place) ? Unpack(place, cache) : place;
            var missing = MissingFrom(root);
            return missing.Count == 0 ? new QnnPackage(root, LibrariesOf(root)) : throw new MountException($"{place} lacks {string.Join(", ", missing)}");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new MountException($"{place} cannot be used: {problem.Message}", problem);
        }
    }

    private static string LibrariesOf(string root) => Directory.Exists(Path.Combine(root, WheelFolder)) ? Path.Combine(root, WheelFolder) : root;

    private static List<string> MissingFrom(string root)
    {
        string libraries = LibrariesOf(root);
        string[] folders = [libraries, Path.Combine(root, WheelLibraries)];
        return
        [
            .. s_files.Where(file => !File.Exists(Path.Combine(libraries, file))),
            .. s_runtime.Where(prefix => !folders.Where(Directory.Exists).Any(folder => Directory.EnumerateFiles(folder, prefix + "*").Any())).Select(prefix => prefix + "*.so"),
        ];
    }

    // Services of one process look for the package at the same moment; of several processes the first one's folder stays.
    private static string Unpack(string wheel, string cache)
    {
        string folder = Path.Combine(cache, "qnn-" + HashOf(wheel)[..16]);
        lock (s_unpacking)
        {
            if (Directory.Exists(folder) && MissingFrom(folder).Count == 0)
            {
                return folder;
            }

            Directory.CreateDirectory(cache);
            string beside = $"{folder}.{Path.GetRandomFileName()}";
            try
            {
                Extract(wheel, Directory.CreateDirectory(beside).FullName);
                Publish(beside, folder);
            }
            finally
            {
                if (Directory.Exists(beside))
                {
                    Directory.Delete(beside, recursive: true);
                }
            }
        }

        return folder;
    }

    private static void Publish(string beside, string folder)
    {
        if (Directory.Exists(folder) && MissingFrom(folder).Count > 0)
        {
            // Somebody has cleaned the cache, but not all of it.
            Directory.Delete(folder, recursive: true);
        }

        try
        {
            Directory.Move(beside, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            // Another process was first; what it unpacked came out of the same wheel.
            return;
        }
    }

    private static void Extract(string wheel, string target)
    {
        try
        {
            using var archive = ZipFile.OpenRead(wheel);
            var hashes = HashesOf(archive);
            foreach (var entry in archive.Entries.Where(IsNeeded))
            {
                byte[] bytes = Read(entry, LargestFile);
                string sum = Convert.ToBase64String(SHA256.HashData(bytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
                if (hashes.GetValueOrDefault(entry.FullName) != "sha256=" + sum)
                {
                    throw new MountException($"{wheel} cannot be used: {entry.FullName} does not have the hash that the wheel's RECORD names");
                }

                string path = Path.Combine(target, entry.FullName);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllBytes(path, bytes);
            }
        }
        catch (InvalidDataException problem)
        {
            throw new MountException($"{wheel} cannot be used: it is no wheel, or is damaged: {problem.Message}", problem);
        }
    }

    // Plain names in two known folders: nothing else of an archive is touched.
    private static bool IsNeeded(ZipArchiveEntry entry)
    {
        string name = Path.GetFileName(entry.FullName);
        string folder = Path.GetDirectoryName(entry.FullName) ?? "";
        return (folder == WheelFolder && (s_files.Contains(name) || name == VersionFile || name.Contains("LICENSE", StringComparison.Ordinal)))
            || (folder == WheelLibraries && s_runtime.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));
    }

    // RECORD: one line a file, "path,sha256=<urlsafe base64>,size" (PEP 376, PEP 427).
    private static Dictionary<string, string> HashesOf(ZipArchive archive)
    {
        var record = archive.Entries.FirstOrDefault(entry => entry.FullName.EndsWith(".dist-info/RECORD", StringComparison.Ordinal)) ?? throw new InvalidDataException("it has no RECORD");
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string[] parts in System.Text.Encoding.UTF8.GetString(Read(record, LargestRecord)).Split('\n').Select(line => line.TrimEnd('\r').Split(',')).Where(parts => parts.Length == 3))
        {
            hashes[parts[0]] = parts[1];
        }

        return hashes;
    }

    private static byte[] Read(ZipArchiveEntry entry, int largest)
    {
        byte[] bytes = entry.Length <= largest ? new byte[entry.Length] : throw new InvalidDataException($"{entry.FullName} expands to {entry.Length} bytes");
        using var stream = entry.Open();
        return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length ? bytes : throw new InvalidDataException($"{entry.FullName} is cut short");
    }

    private static string HashOf(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    [GeneratedRegex(@"__version__\s*=\s*'([^']+)'", RegexOptions.CultureInvariant)]
    private static partial Regex VersionLine();
}
