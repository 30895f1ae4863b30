using System.IO.Compression;
using Onnx.Model;

namespace Torch.Onnx.Archive;

/// <summary>An archive's entries by name. Stored entries are read in place, deflated ones are expanded once, within limits.</summary>
internal sealed class ProgramArchive
{
    private readonly TensorData _file;
    private readonly Dictionary<string, ZipEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorData> _expanded = new(StringComparer.Ordinal);
    private long _allowance;

    private ProgramArchive(TensorData file, long allowance)
    {
        _file = file;
        _allowance = allowance;
    }

    /// <summary>Names in the archive's own order.</summary>
    public List<string> Names { get; } = [];

    public static ProgramArchive Open(TensorData file)
    {
        if (!ZipDirectory.LooksLikeZip(file))
        {
            throw new ExportedProgramException(ExportedProgramError.NotAnArchive, "the file is no zip archive, which a .pt2 file is: save it with torch.export.save");
        }

        return Open(file, checked(ImportLimits.InflatedBytes + (ImportLimits.InflatedRatio * file.Length)));
    }

    /// <summary>Opens an archive that is an entry of this one (torch.save's file in the layouts before 2.9).</summary>
    public ProgramArchive OpenNested(string name)
    {
        var nested = Read(name);
        return ZipDirectory.LooksLikeZip(nested)
            ? Open(nested, _allowance)
            : throw new ExportedProgramException(ExportedProgramError.MalformedArchive, $"{name} is no zip archive");
    }

    public bool Contains(string name) => _entries.ContainsKey(name);

    /// <summary>The bytes of an entry.</summary>
    public TensorData Read(string name)
    {
        if (!_entries.TryGetValue(name, out var entry))
        {
            throw new ExportedProgramException(ExportedProgramError.TensorMissing, $"the archive has no {name}");
        }

        if (!entry.IsDeflated)
        {
            return new SlicedTensorData(_file, entry.Offset, entry.Length);
        }

        if (!_expanded.TryGetValue(name, out var data))
        {
            data = Expand(entry);
            _expanded.Add(name, data);
        }

        return data;
    }

    /// <summary>The bytes of an entry that must fit one span, its checksum verified.</summary>
    public ReadOnlySpan<byte> ReadVerified(string name)
    {
        var data = Read(name);
        if (data.Length > int.MaxValue)
        {
            throw new ExportedProgramException(ExportedProgramError.ProgramTooLarge, $"{name} has {data.Length} bytes; at most 2 GiB are read");
        }

        var bytes = data.AsSpan();
        uint expected = _entries[name].Crc;
        return expected == 0 || expected == Crc32.Of(bytes)
            ? bytes
            : throw new ExportedProgramException(ExportedProgramError.MalformedArchive, $"the checksum of {name} is wrong: the file was damaged while it was copied or saved");
    }

    private static ProgramArchive Open(TensorData file, long allowance)
    {
        var archive = new ProgramArchive(file, allowance);
        foreach (var entry in ZipDirectory.Read(file))
        {
            CheckName(entry.Name);
            if (!archive._entries.TryAdd(entry.Name, entry))
            {
                throw new ExportedProgramException(ExportedProgramError.UnsafeArchive, $"the archive holds {entry.Name} twice");
            }

            archive.Names.Add(entry.Name);
        }

        return archive;
    }

    private static void CheckName(string name)
    {
        bool isPlain = name.Length > 0 && name[0] != '/' && !name.Contains('\\', StringComparison.Ordinal) && !name.Contains('\0', StringComparison.Ordinal)
            && !name.Contains(':', StringComparison.Ordinal) && !name.Split('/').Contains("..");
        if (!isPlain)
        {
            throw new ExportedProgramException(ExportedProgramError.UnsafeArchive, $"the archive holds the name '{name}', which leads out of it");
        }
    }

    private TensorData Expand(ZipEntry entry)
    {
        if (entry.Length > _allowance || entry.Length > Array.MaxLength)
        {
            throw new ExportedProgramException(
                ExportedProgramError.ArchiveTooLarge,
                $"{entry.Name} expands to {entry.Length} bytes, more than the limit for compressed entries: save the program as torch does, without compression (zip -0)");
        }

        _allowance -= entry.Length;
        byte[] bytes = new byte[entry.Length];
        try
        {
            using var stream = new DeflateStream(new TensorDataStream(_file, entry.Offset, entry.CompressedLength), CompressionMode.Decompress);
            stream.ReadExactly(bytes);
            if (stream.ReadByte() >= 0)
            {
                throw new ExportedProgramException(ExportedProgramError.MalformedArchive, $"{entry.Name} expands to more bytes than it claims");
            }
        }
        catch (Exception problem) when (problem is InvalidDataException or EndOfStreamException)
        {
            throw new ExportedProgramException(ExportedProgramError.MalformedArchive, $"{entry.Name} cannot be expanded: {problem.Message}", problem);
        }

        return TensorData.From(bytes);
    }
}
