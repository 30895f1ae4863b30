using System.IO.Compression;
using Platform.Contracts.Hub.V1;

namespace Platform.Toolchains.Inspection;

/// <summary>A zip archive of which nothing is believed: names, sizes and ratios are checked before a byte is unpacked.</summary>
public sealed class SafeArchive : IDisposable
{
    private const int MostEntries = 10_000;
    private const int LargestRatio = 200;
    private const long FreeExpansion = 64L << 20;
    private const int UnixFileType = 0xF000;
    private const int UnixRegularFile = 0x8000;
    private const int UnixFolder = 0x4000;

    private readonly ZipArchive _archive;

    /// <summary>Opens an archive and checks its table of contents.</summary>
    /// <param name="path">The file.</param>
    /// <param name="largest">Bytes that its entries may expand to in all.</param>
    /// <exception cref="InspectionException">ARCHIVE_UNSAFE, or MODEL_UNREADABLE when it is no archive.</exception>
    public SafeArchive(string path, long largest)
    {
        try
        {
            _archive = ZipFile.OpenRead(path);
        }
        catch (InvalidDataException error)
        {
            throw new InspectionException($"the archive is damaged: {error.Message}", FailureCode.ModelUnreadable, error);
        }

        Check(new FileInfo(path).Length, largest);
    }

    /// <summary>Entries that are files.</summary>
    public IEnumerable<ZipArchiveEntry> Files => _archive.Entries.Where(entry => !entry.FullName.EndsWith('/'));

    /// <summary>The bytes of an entry; reading stops at its announced size.</summary>
    public static byte[] Read(ZipArchiveEntry entry, int largest)
    {
        if (entry.Length > largest)
        {
            throw Unsafe($"{entry.FullName} expands to {entry.Length} bytes");
        }

        using var stream = entry.Open();
        var bytes = new byte[entry.Length];
        stream.ReadExactly(bytes);
        return stream.ReadByte() < 0 ? bytes : throw Unsafe($"{entry.FullName} holds more bytes than it announces");
    }

    /// <inheritdoc/>
    public void Dispose() => _archive.Dispose();

    private static InspectionException Unsafe(string problem) => new(problem, FailureCode.ArchiveUnsafe);

    private void Check(long archiveBytes, long largest)
    {
        if (_archive.Entries.Count > MostEntries)
        {
            throw Unsafe($"the archive has {_archive.Entries.Count} entries, more than {MostEntries}");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        long total = 0;
        foreach (var entry in _archive.Entries)
        {
            CheckName(entry.FullName);
            CheckType(entry);
            total = checked(total + entry.Length);
            if (!seen.Add(entry.FullName))
            {
                throw Unsafe($"the archive holds {entry.FullName} twice");
            }
        }

        if (total > largest || total > FreeExpansion + (archiveBytes * LargestRatio))
        {
            throw Unsafe($"the archive expands from {archiveBytes} to {total} bytes");
        }
    }

    private static void CheckName(string name)
    {
        bool plain = name.Length is > 0 and <= 255 && name[0] != '/' && !name.Contains('\\', StringComparison.Ordinal) && !name.Contains(':', StringComparison.Ordinal)
            && !name.Any(char.IsControl) && name.Split('/').All(part => part is not (".." or "."));
        if (!plain)
        {
            throw Unsafe($"the archive holds the name '{name}', which is not a plain path inside it");
        }
    }

    private static void CheckType(ZipArchiveEntry entry)
    {
        int type = (entry.ExternalAttributes >> 16) & UnixFileType;
        if (type is not (0 or UnixRegularFile or UnixFolder))
        {
            throw Unsafe($"{entry.FullName} is a link or a device");
        }
    }
}
