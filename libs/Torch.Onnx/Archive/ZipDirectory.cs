using System.Buffers.Binary;
using System.Text;
using Onnx.Model;

namespace Torch.Onnx.Archive;

/// <summary>
/// Reads a zip's central directory (APPNOTE 6.3.10, 4.3), which alone says what an archive holds. The entries' data stays
/// where it is: stored entries are read in place.
/// </summary>
internal static class ZipDirectory
{
    private const int EndLength = 22;
    private const int End64Length = 56;
    private const int LocatorLength = 20;
    private const int CentralLength = 46;
    private const int LocalLength = 30;
    private const int LongestComment = ushort.MaxValue;

    public static bool LooksLikeZip(TensorData file) =>
        file.Length >= 4 && file.Slice(0, 4) is [(byte)'P', (byte)'K', 3, 4] or [(byte)'P', (byte)'K', 5, 6];

    public static List<ZipEntry> Read(TensorData file)
    {
        var (offset, length, count) = FindDirectory(file);
        if (count > ImportLimits.ArchiveEntries)
        {
            throw new ExportedProgramException(ExportedProgramError.ArchiveTooLarge, $"the archive claims {count} entries; at most {ImportLimits.ArchiveEntries} are read");
        }

        var entries = new List<ZipEntry>((int)Math.Min(count, length / CentralLength));
        long position = offset;
        for (long i = 0; i < count; i++)
        {
            entries.Add(ReadEntry(file, ref position, offset + length));
        }

        return entries;
    }

    private static (long Offset, long Length, long Count) FindDirectory(TensorData file)
    {
        int tailLength = (int)Math.Min(file.Length, EndLength + LongestComment);
        var tail = file.Slice(file.Length - tailLength, tailLength);
        int at = tail.LastIndexOf("PK\u0005\u0006"u8);
        if (at < 0 || at > tail.Length - EndLength)
        {
            throw new ExportedProgramException(ExportedProgramError.Truncated, "the archive has no end: it was cut short while it was copied or saved");
        }

        var end = tail[at..];
        long count = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]);
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
        if (count == ushort.MaxValue || length == uint.MaxValue || offset == uint.MaxValue)
        {
            (offset, length, count) = FindDirectory64(file, file.Length - tailLength + at);
        }

        return offset >= 0 && length >= 0 && offset <= file.Length - length
            ? (offset, length, count)
            : throw new ExportedProgramException(ExportedProgramError.Truncated, "the archive's table of contents lies outside the file");
    }

    private static (long Offset, long Length, long Count) FindDirectory64(TensorData file, long endPosition)
    {
        long locatorPosition = endPosition - LocatorLength;
        if (locatorPosition < 0 || !file.Slice(locatorPosition, 4).SequenceEqual("PK\u0006\u0007"u8))
        {
            throw Malformed("the zip64 locator is missing");
        }

        long position = BinaryPrimitives.ReadInt64LittleEndian(file.Slice(locatorPosition + 8, 8));
        if (position < 0 || position > file.Length - End64Length || !file.Slice(position, 4).SequenceEqual("PK\u0006\u0006"u8))
        {
            throw Malformed("the zip64 end record is missing");
        }

        var end = file.Slice(position, End64Length);
        long count = BinaryPrimitives.ReadInt64LittleEndian(end[32..]);
        return count < 0 ? throw Malformed("the zip64 end record is out of range")
            : (BinaryPrimitives.ReadInt64LittleEndian(end[48..]), BinaryPrimitives.ReadInt64LittleEndian(end[40..]), count);
    }

    private static ZipEntry ReadEntry(TensorData file, ref long position, long directoryEnd)
    {
        if (position > directoryEnd - CentralLength || !file.Slice(position, 4).SequenceEqual("PK\u0001\u0002"u8))
        {
            throw Malformed("the table of contents is damaged");
        }

        var head = file.Slice(position, CentralLength);
        int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(head[28..]);
        int extraLength = BinaryPrimitives.ReadUInt16LittleEndian(head[30..]);
        int commentLength = BinaryPrimitives.ReadUInt16LittleEndian(head[32..]);
        if (position + CentralLength + nameLength + extraLength + commentLength > directoryEnd || nameLength > ImportLimits.EntryNameBytes)
        {
            throw Malformed("a name in the table of contents is too long");
        }

        string name = Encoding.UTF8.GetString(file.Slice(position + CentralLength, nameLength));
        var extra = file.Slice(position + CentralLength + nameLength, extraLength);
        position += CentralLength + nameLength + extraLength + commentLength;
        return Locate(file, name, head, extra);
    }

    private static ZipEntry Locate(TensorData file, string name, ReadOnlySpan<byte> head, ReadOnlySpan<byte> extra)
    {
        int flags = BinaryPrimitives.ReadUInt16LittleEndian(head[8..]);
        int method = BinaryPrimitives.ReadUInt16LittleEndian(head[10..]);
        if ((flags & 1) != 0)
        {
            throw new ExportedProgramException(ExportedProgramError.Encrypted, $"{name} is encrypted: save the program without a password");
        }

        if (method is not (0 or 8))
        {
            throw Malformed($"{name} is compressed by method {method}; only stored and deflated entries are read");
        }

        long compressed = BinaryPrimitives.ReadUInt32LittleEndian(head[20..]);
        long length = BinaryPrimitives.ReadUInt32LittleEndian(head[24..]);
        long header = BinaryPrimitives.ReadUInt32LittleEndian(head[42..]);
        ReadExtra64(extra, ref length, ref compressed, ref header);
        if (compressed < 0 || length < 0 || header < 0 || (method == 0 && compressed != length))
        {
            throw Malformed($"the lengths of {name} contradict each other");
        }

        long data = DataPosition(file, name, header);
        return data <= file.Length - compressed
            ? new ZipEntry(name, data, compressed, length, method == 8, BinaryPrimitives.ReadUInt32LittleEndian(head[16..]))
            : throw new ExportedProgramException(ExportedProgramError.Truncated, $"{name} reaches beyond the end of the file");
    }

    // Zip64 extra field (4.5.3): holds, in this order, exactly those of the three that do not fit 32 bits.
    private static void ReadExtra64(ReadOnlySpan<byte> extra, ref long length, ref long compressed, ref long header)
    {
        while (extra.Length >= 4)
        {
            int id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            int size = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (size > extra.Length - 4)
            {
                return;
            }

            if (id == 1)
            {
                var fields = extra.Slice(4, size);
                Take(ref fields, ref length);
                Take(ref fields, ref compressed);
                Take(ref fields, ref header);
            }

            extra = extra[(4 + size)..];
        }
    }

    private static void Take(ref ReadOnlySpan<byte> fields, ref long value)
    {
        if (value == uint.MaxValue && fields.Length >= 8)
        {
            value = BinaryPrimitives.ReadInt64LittleEndian(fields);
            fields = fields[8..];
        }
    }

    private static long DataPosition(TensorData file, string name, long header)
    {
        if (header > file.Length - LocalLength || !file.Slice(header, 4).SequenceEqual("PK\u0003\u0004"u8))
        {
            throw Malformed($"{name} has no header where the table of contents says");
        }

        var local = file.Slice(header, LocalLength);
        return header + LocalLength + BinaryPrimitives.ReadUInt16LittleEndian(local[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(local[28..]);
    }

    private static ExportedProgramException Malformed(string message) => new(ExportedProgramError.MalformedArchive, $"the archive is damaged: {message}");
}
