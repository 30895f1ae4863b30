using System.Buffers.Binary;
using System.Text;

namespace Onnx.Tflite.Reading;

/// <summary>Reads tables of a flatbuffer; every offset is checked.</summary>
internal readonly struct FlatBufferReader(byte[] bytes, int start)
{
    /// <summary>Where the table begins.</summary>
    public int Start => start;

    public static FlatBufferReader Root(byte[] bytes) => new(bytes, Follow(bytes, 0));

    public int Int(int field, int defaultValue = 0) => Position(field) is var at and > 0 ? BinaryPrimitives.ReadInt32LittleEndian(Take(bytes, at, 4)) : defaultValue;

    public int Byte(int field) => Position(field) is var at and > 0 ? Take(bytes, at, 1)[0] : 0;

    public string Text(int field)
    {
        if (Position(field) is not (var at and > 0))
        {
            return "";
        }

        int text = Follow(bytes, at);
        return Encoding.UTF8.GetString(Take(bytes, text + 4, Length(text)));
    }

    public int[] Ints(int field)
    {
        if (Position(field) is not (var at and > 0))
        {
            return [];
        }

        int vector = Follow(bytes, at);
        var items = Take(bytes, vector + 4, checked(4 * Length(vector)));
        int[] result = new int[items.Length / 4];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = BinaryPrimitives.ReadInt32LittleEndian(items[(4 * i)..]);
        }

        return result;
    }

    public FlatBufferReader[] Tables(int field)
    {
        if (Position(field) is not (var at and > 0))
        {
            return [];
        }

        int vector = Follow(bytes, at);
        Take(bytes, vector + 4, checked(4 * Length(vector)));
        var result = new FlatBufferReader[Length(vector)];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = new FlatBufferReader(bytes, Follow(bytes, vector + 4 + (4 * i)));
        }

        return result;
    }

    public bool Has(int field) => Position(field) > 0;

    /// <summary>How many elements a vector has; 0 where the field is absent.</summary>
    public int Count(int field) => Position(field) is var at and > 0 ? Length(Follow(bytes, at)) : 0;

    public FlatBufferReader? Nested(int field) => Position(field) is var at and > 0 ? new FlatBufferReader(bytes, Follow(bytes, at)) : null;

    /// <summary>Where a field's value (or offset) stands; 0 when it is absent.</summary>
    public int Position(int field)
    {
        int table = VtableStart();
        int size = BinaryPrimitives.ReadUInt16LittleEndian(Take(bytes, table, 2));
        int entry = 4 + (2 * field);
        int offset = entry + 2 <= size ? BinaryPrimitives.ReadUInt16LittleEndian(Take(bytes, table + entry, 2)) : 0;
        return offset == 0 ? 0 : start + offset;
    }

    /// <summary>Where the table's list of fields stands.</summary>
    public int VtableStart() => checked(start - BinaryPrimitives.ReadInt32LittleEndian(Take(bytes, start, 4)));

    private int Length(int vector) => Length(bytes, vector);

    private static int Length(byte[] bytes, int vector)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(Take(bytes, vector, 4));
        return length >= 0 && length <= bytes.Length ? length : throw Damaged(vector);
    }

    private static int Follow(byte[] bytes, int at)
    {
        uint offset = BinaryPrimitives.ReadUInt32LittleEndian(Take(bytes, at, 4));
        return offset <= bytes.Length - at ? at + (int)offset : throw Damaged(at);
    }

    private static ReadOnlySpan<byte> Take(byte[] bytes, int at, int length) =>
        at >= 0 && length >= 0 && at <= bytes.Length - length ? bytes.AsSpan(at, length) : throw Damaged(at);

    private static InvalidDataException Damaged(int at) => new($"the flatbuffer is damaged at byte {at}");
}
