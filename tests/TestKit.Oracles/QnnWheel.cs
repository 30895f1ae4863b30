using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace TestKit.Oracles;

/// <summary>The package as the file that its publisher gives out, packed again from the unpacked files: stored members and a RECORD.</summary>
public static class QnnWheel
{
    /// <summary>Writes a wheel.</summary>
    /// <param name="root">The package, unpacked as a wheel unpacks.</param>
    /// <param name="folder">Where the file goes.</param>
    /// <returns>The file.</returns>
    public static string Write(string root, string folder)
    {
        string path = System.IO.Path.Combine(folder, "onnxruntime_qnn-2.7.0-cp311-cp311-manylinux_2_35_x86_64.whl");
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        var record = new StringBuilder();
        foreach (string file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string name = System.IO.Path.GetRelativePath(root, file);
            byte[] bytes = File.ReadAllBytes(file);
            record.Append(System.Globalization.CultureInfo.InvariantCulture, $"{name},sha256={Convert.ToBase64String(SHA256.HashData(bytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_')},{bytes.Length}\n");
            using var entry = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
            entry.Write(bytes);
        }

        using var list = archive.CreateEntry("onnxruntime_qnn-2.7.0.dist-info/RECORD").Open();
        list.Write(Encoding.UTF8.GetBytes(record.ToString()));
        return path;
    }
}
