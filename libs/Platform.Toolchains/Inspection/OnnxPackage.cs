using System.IO.Compression;
using Onnx.Model;
using Platform.Contracts.Hub.V1;

namespace Platform.Toolchains.Inspection;

/// <summary>An ONNX model in a file of its own, or in a zip archive with the files that hold its weights.</summary>
internal sealed class OnnxPackage : IDisposable
{
    private const long LargestExpansion = 64L << 30;
    private static readonly byte[] s_zip = "PK\u0003\u0004"u8.ToArray();

    private readonly OnnxFile _file;
    private readonly string? _folder;

    private OnnxPackage(OnnxFile file, string? folder)
    {
        _file = file;
        _folder = folder;
    }

    public ModelProto Model => _file.Model;

    /// <summary>The model's file, unpacked where it came out of an archive.</summary>
    public string File => _file.Path;

    /// <summary>Whether it came out of an archive.</summary>
    public bool IsUnpacked => _folder is not null;

    /// <summary>Opens either; an archive is unpacked into a folder that goes with this object.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parent">Where that folder is made; null for the folder of temporary files.</param>
    /// <exception cref="InspectionException">ARCHIVE_UNSAFE, or MODEL_UNREADABLE when the archive does not hold exactly one model.</exception>
    /// <exception cref="OnnxFormatException">The model is damaged.</exception>
    public static OnnxPackage Open(string path, string? parent = null)
    {
        if (!IsArchive(path))
        {
            return new OnnxPackage(OnnxFile.Open(path), null);
        }

        string folder = parent is null ? Directory.CreateTempSubdirectory("onnx-").FullName : Directory.CreateDirectory(Path.Combine(Path.GetFullPath(parent), "unpacked")).FullName;
        try
        {
            return new OnnxPackage(OnnxFile.Open(Unpack(path, folder)), folder);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static bool IsArchive(string path)
    {
        Span<byte> start = stackalloc byte[4];
        using var stream = System.IO.File.OpenRead(path);
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start.SequenceEqual(s_zip);
    }

    private static string Unpack(string path, string folder)
    {
        using var archive = new SafeArchive(path, LargestExpansion);
        string? model = null;
        foreach (var entry in archive.Files)
        {
            // The archive was checked as a whole; this holds even if that check should ever miss a way to write ".." .
            string target = Path.GetFullPath(Path.Combine(folder, entry.FullName));
            if (!target.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                throw new InspectionException($"{entry.FullName} lies outside the archive", FailureCode.ArchiveUnsafe);
            }

            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            entry.ExtractToFile(target);
            if (target.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
            {
                model = model is null ? target : throw new InspectionException("the archive holds more than one .onnx file", FailureCode.ModelUnreadable);
            }
        }

        return model ?? throw new InspectionException("the archive holds no .onnx file", FailureCode.ModelUnreadable);
    }
}
