using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Platform.Toolchains.Inspection;

namespace Platform.Toolchains.Qnn;

/// <summary>
/// A DLC file: a zip archive whose members are stored, not compressed, and whose checksums the vendor's writer leaves at 0
/// (APPNOTE.TXT 4.3). The ordinary readers refuse such an archive, so this one reads by offsets, and checks every checksum
/// that is not 0.
/// </summary>
public sealed class DlcArchive
{
    private const uint LocalSignature = 0x04034B50;
    private const uint CentralSignature = 0x02014B50;
    private const uint EndSignature = 0x06054B50;
    private const uint End64Signature = 0x06064B50;
    private const uint Wide = 0xFFFFFFFF;
    private const int LocalHeader = 30;
    private const int CentralHeader = 46;
    private const int EndRecord = 22;
    private const int End64Record = 56;
    private const int WideExtra = 1;
    private const int MostMembers = 4096;

    private readonly byte[] _file;

    private DlcArchive(byte[] file, IReadOnlyList<DlcMember> members)
    {
        (_file, Members) = (file, members);
    }

    /// <summary>Members in the order of the table of contents.</summary>
    public IReadOnlyList<DlcMember> Members { get; }

    /// <summary>Reads an archive.</summary>
    /// <param name="file">The whole file.</param>
    /// <exception cref="InspectionException">It is cut short, compressed, or a checksum is wrong.</exception>
    public static DlcArchive Read(byte[] file)
    {
        var (at, count) = TableOfContents(file);
        var members = new List<DlcMember>();
        for (int i = 0; i < count && i < MostMembers; i++)
        {
            var header = Slice(file, at, CentralHeader);
            if (BinaryPrimitives.ReadUInt32LittleEndian(header) != CentralSignature)
            {
                throw Damaged($"its table of contents ends after {i} of {count} members");
            }

            int nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]), extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header[30..]);
            string name = Encoding.UTF8.GetString(Slice(file, at + CentralHeader, nameLength));
            members.Add(Member(file, name, header, Slice(file, at + CentralHeader + nameLength, extraLength)));
            at += CentralHeader + nameLength + extraLength + BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
        }

        return new DlcArchive(file, members);
    }

    /// <summary>The member of that name, or null.</summary>
    public DlcMember? Find(string name) => Members.FirstOrDefault(member => member.Name == name);

    /// <summary>The bytes of a member, in the file itself.</summary>
    public Span<byte> Data(DlcMember member) => _file.AsSpan(member.Offset, member.Length);

    // Archives of the vendor have the 64-bit records whatever their size.
    private static (long At, long Count) TableOfContents(byte[] file)
    {
        int end = Find(file, EndSignature);
        var record = Slice(file, end, EndRecord);
        long at = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
        if (at != Wide)
        {
            return (at, BinaryPrimitives.ReadUInt16LittleEndian(record[10..]));
        }

        var wide = Slice(file, Find(file.AsSpan(0, end), End64Signature), End64Record);
        return (BinaryPrimitives.ReadInt64LittleEndian(wide[48..]), BinaryPrimitives.ReadInt64LittleEndian(wide[32..]));
    }

    private static DlcMember Member(byte[] file, string name, ReadOnlySpan<byte> header, ReadOnlySpan<byte> extra)
    {
        uint sum = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        var wide = new Queue<long>(WideFields(extra));
        long size = Field(header[24..], wide), stored = Field(header[20..], wide), local = Field(header[42..], wide);
        if (BinaryPrimitives.ReadUInt16LittleEndian(header[10..]) != 0 || stored != size)
        {
            throw Damaged($"its member {name} is compressed, which no DLC is");
        }

        var head = Slice(file, local, LocalHeader);
        long start = local + LocalHeader + BinaryPrimitives.ReadUInt16LittleEndian(head[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(head[28..]);
        var data = Slice(file, start, size);
        if (BinaryPrimitives.ReadUInt32LittleEndian(head) != LocalSignature)
        {
            throw Damaged($"its member {name} does not begin where its table of contents says");
        }

        return sum == 0 || Crc32.HashToUInt32(data) == sum ? new DlcMember(name, (int)start, (int)size) : throw Damaged($"the checksum of its member {name} is wrong");
    }

    private static long Field(ReadOnlySpan<byte> field, Queue<long> wide) => BinaryPrimitives.ReadUInt32LittleEndian(field) is var narrow && narrow != Wide
        ? narrow
        : wide.TryDequeue(out long value) ? value : throw Damaged("a field of its table of contents is missing");

    // The 64-bit values of a header: size, stored size, offset, each only where the header's own field is full (APPNOTE 4.5.3).
    private static long[] WideFields(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            int id = BinaryPrimitives.ReadUInt16LittleEndian(extra), length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (length > extra.Length - 4)
            {
                throw Damaged("a field of its table of contents is cut short");
            }

            if (id == WideExtra)
            {
                long[] values = new long[length / 8];
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = BinaryPrimitives.ReadInt64LittleEndian(extra[(4 + (i * 8))..]);
                }

                return values;
            }

            extra = extra[(4 + length)..];
        }

        return [];
    }

    private static int Find(ReadOnlySpan<byte> file, uint signature)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, signature);
        int at = file.LastIndexOf(bytes);
        return at >= 0 ? at : throw Damaged("it has no table of contents");
    }

    private static ReadOnlySpan<byte> Slice(byte[] file, long at, long length) =>
        at >= 0 && length >= 0 && at <= file.Length - length ? file.AsSpan((int)at, (int)length) : throw Damaged("it is cut short");

    private static InspectionException Damaged(string problem) => new($"the DLC is damaged: {problem}");
}

/// <summary>A member of a DLC.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Offset">Where its bytes begin in the file.</param>
/// <param name="Length">How many there are.</param>
public sealed record DlcMember(string Name, int Offset, int Length);
