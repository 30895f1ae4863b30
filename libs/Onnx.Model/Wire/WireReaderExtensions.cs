using System.Text;

namespace Onnx.Model.Wire;

/// <summary>Typed reads of the field that the reader stands on.</summary>
internal static class WireReaderExtensions
{
    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static long ReadInt64(this ref WireReader reader)
    {
        reader.Expect(WireType.Varint);
        return (long)reader.ReadVarint();
    }

    public static int ReadInt32(this ref WireReader reader) => unchecked((int)reader.ReadInt64());

    public static float ReadFloat(this ref WireReader reader)
    {
        reader.Expect(WireType.Fixed32);
        return BitConverter.UInt32BitsToSingle(reader.ReadFixed32());
    }

    public static string ReadText(this ref WireReader reader, TextPool pool)
    {
        var bytes = reader.ReadSpan();
        try
        {
            return pool.Get(bytes, s_strictUtf8);
        }
        catch (DecoderFallbackException error)
        {
            throw new OnnxFormatException(OnnxFormatError.InvalidText, "a name is not UTF-8", error);
        }
    }

    /// <summary>Text that is only shown (doc strings): bad bytes become replacement characters instead of an error.</summary>
    public static string ReadLooseText(this ref WireReader reader) => Encoding.UTF8.GetString(reader.ReadSpan());

    /// <summary>Appends a repeated integer field, packed or not.</summary>
    public static void ReadInt64s(this ref WireReader reader, List<long> into)
    {
        if (reader.Type == WireType.Varint)
        {
            into.Add((long)reader.ReadVarint());
            return;
        }

        var packed = reader.ReadMessage();
        while (packed.Remaining > 0)
        {
            into.Add((long)packed.ReadVarint());
        }
    }

    /// <summary>Appends a repeated float field, packed or not.</summary>
    public static void ReadFloats(this ref WireReader reader, List<float> into)
    {
        if (reader.Type == WireType.Fixed32)
        {
            into.Add(BitConverter.UInt32BitsToSingle(reader.ReadFixed32()));
            return;
        }

        var packed = reader.ReadMessage();
        into.EnsureCapacity(into.Count + (packed.Remaining / sizeof(float)));
        while (packed.Remaining > 0)
        {
            into.Add(BitConverter.UInt32BitsToSingle(packed.ReadFixed32()));
        }
    }
}
