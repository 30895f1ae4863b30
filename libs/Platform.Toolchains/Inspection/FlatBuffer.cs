using System.Buffers.Binary;
using System.Text;

namespace Platform.Toolchains.Inspection;

/// <summary>
/// Reads tables of a flatbuffer (flatbuffers.dev, "Internals") that may be hostile: every offset is checked, and the
/// number of reads is bounded so that tables which point at each other cannot keep the reader busy for ever.
/// </summary>
internal sealed class FlatBuffer(ReadOnlyMemory<byte> bytes)
{
    private const int MostReads = 2_000_000;

    private int _reads;

    public Table Root() => new(this, Follow(0));

    private int UInt16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(Take(at, 2));

    private int Int32(int at) => BinaryPrimitives.ReadInt32LittleEndian(Take(at, 4));

    // An unsigned offset that points forward.
    private int Follow(int at)
    {
        uint offset = BinaryPrimitives.ReadUInt32LittleEndian(Take(at, 4));
        return offset <= bytes.Length - at ? at + (int)offset : throw Damaged(at);
    }

    private ReadOnlySpan<byte> Take(int at, int length)
    {
        if (++_reads > MostReads || at < 0 || length < 0 || at > bytes.Length - length)
        {
            throw Damaged(at);
        }

        return bytes.Span.Slice(at, length);
    }

    private static InspectionException Damaged(int at) => new($"the flatbuffer is damaged at byte {at}");

    /// <summary>One table.</summary>
    internal readonly struct Table(FlatBuffer buffer, int start)
    {
        public int Int(int field, int defaultValue = 0) => Field(field) is var at and > 0 ? buffer.Int32(at) : defaultValue;

        public int Byte(int field, int defaultValue = 0) => Field(field) is var at and > 0 ? buffer.Take(at, 1)[0] : defaultValue;

        public string Text(int field)
        {
            if (Field(field) is not (var at and > 0))
            {
                return "";
            }

            int text = buffer.Follow(at);
            return Encoding.UTF8.GetString(buffer.Take(text + 4, buffer.Int32(text)));
        }

        public Table? Nested(int field)
        {
            int at = Field(field);
            return at > 0 ? new Table(buffer, buffer.Follow(at)) : null;
        }

        public int Length(int field) => Field(field) is var at and > 0 ? Math.Max(0, buffer.Int32(buffer.Follow(at))) : 0;

        public IReadOnlyList<Table> Tables(int field)
        {
            int count = Length(field);
            var tables = new List<Table>();
            for (int i = 0; i < count; i++)
            {
                tables.Add(new Table(buffer, buffer.Follow(Element(field, i, 4))));
            }

            return tables;
        }

        public IReadOnlyList<int> Ints(int field)
        {
            int count = Length(field);
            var numbers = new List<int>();
            for (int i = 0; i < count; i++)
            {
                numbers.Add(buffer.Int32(Element(field, i, 4)));
            }

            return numbers;
        }

        public float Float(int field, int index) => BinaryPrimitives.ReadSingleLittleEndian(buffer.Take(Element(field, index, 4), 4));

        public long Long(int field, int index) => BinaryPrimitives.ReadInt64LittleEndian(buffer.Take(Element(field, index, 8), 8));

        private int Element(int field, int index, int size) => checked(buffer.Follow(Field(field)) + 4 + (index * size));

        // Place of a field in the buffer; 0 when the table leaves it out.
        private int Field(int field)
        {
            int vtable = start - buffer.Int32(start);
            int entry = 4 + (field * 2);
            int offset = entry + 2 <= buffer.UInt16(vtable) ? buffer.UInt16(vtable + entry) : 0;
            return offset == 0 ? 0 : start + offset;
        }
    }
}
