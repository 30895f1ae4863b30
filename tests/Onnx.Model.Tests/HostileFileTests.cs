using TestKit;

namespace Onnx.Model.Tests;

public sealed class HostileFileTests
{
    [Fact]
    public void Read_Empty_IsTruncated() => Assert.Equal(OnnxFormatError.Truncated, Fails([]));

    [Fact]
    public void Read_Text_IsRefused() => Assert.True(Fails("hello, this is no model\n"u8.ToArray()) is OnnxFormatError.Malformed or OnnxFormatError.Truncated);

    [Fact]
    public void Read_ZipBytes_IsRefused() => Assert.NotEqual(OnnxFormatError.TooDeep, Fails([0x50, 0x4B, 3, 4, 0, 0, 0, 0]));

    [Fact]
    public void Read_NoGraph_IsNotAModel() => Assert.Equal(OnnxFormatError.NotAModel, Fails([8, 8, 18, 1, (byte)'p']));

    [Fact]
    public void Read_EveryPrefix_FailsOrReadsButNeverCrashes()
    {
        OnnxTestData.Require();
        byte[] bytes = File.ReadAllBytes(Path.Combine(OnnxTestData.Root, "node/test_loop11/model.onnx"));
        for (int length = 0; length < bytes.Length; length++)
        {
            TryRead(bytes.AsMemory(0, length));
        }
    }

    [Fact]
    public void Read_SeededMutations_FailOrReadButNeverCrash()
    {
        OnnxTestData.Require();
        var random = new Random(20261123);
        var sources = OnnxTestData.Cases.Where((_, i) => i % 40 == 0).Select(name => File.ReadAllBytes(Path.Combine(OnnxTestData.Root, name, "model.onnx"))).Where(bytes => bytes.Length < 20_000).ToList();
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = [.. sources[random.Next(sources.Count)]];
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            TryRead(bytes);
        }
    }

    [Fact]
    public void Read_GraphsNestedTenThousandDeep_IsTooDeep()
    {
        // Each level is an attribute (field 5 of a node) that holds a graph (field 6) that holds a node (field 1).
        byte[] inner = [];
        for (int level = 0; level < 9_999; level++)
        {
            int[] fields = [6, 5, 1];
            inner = Wrap(inner, fields[level % fields.Length]);
        }

        Assert.Equal(OnnxFormatError.TooDeep, Fails([8, 8, .. Wrap(inner, 7)]));
    }

    [Fact]
    public void Read_TensorThatClaimsTenGigabytes_IsRefusedWithoutAllocating()
    {
        // dims = [2684354560], data_type = FLOAT, no data.
        byte[] tensor = [8, .. Varint(2_684_354_560), 16, 1];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(OnnxFormatError.TensorSizeMismatch, Fails([8, 8, .. Wrap(Wrap(tensor, 5), 7)]));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void Read_DimensionsThatOverflow_AreTooLarge()
    {
        byte[] tensor = [8, .. Varint(1UL << 40), 8, .. Varint(1UL << 40), 16, 1];
        Assert.Equal(OnnxFormatError.TensorTooLarge, Fails([8, 8, .. Wrap(Wrap(tensor, 5), 7)]));
    }

    [Fact]
    public void Read_NegativeDimension_IsTooLarge()
    {
        byte[] tensor = [8, .. Varint(unchecked((ulong)-1L)), 16, 1];
        Assert.Equal(OnnxFormatError.TensorTooLarge, Fails([8, 8, .. Wrap(Wrap(tensor, 5), 7)]));
    }

    [Fact]
    public void Read_UnknownDataType_IsRefused()
    {
        byte[] tensor = [8, 1, 16, 99, .. Wrap([0, 0, 0, 0], 9)];
        Assert.Equal(OnnxFormatError.UnknownDataType, Fails([8, 8, .. Wrap(Wrap(tensor, 5), 7)]));
    }

    [Fact]
    public void Read_NameThatIsNotUtf8_IsInvalidText()
    {
        byte[] node = Wrap(Wrap([0xC3, 0x28], 1), 1);
        Assert.Equal(OnnxFormatError.InvalidText, Fails([8, 8, .. Wrap(node, 7)]));
    }

    private static OnnxFormatError Fails(byte[] bytes) => Assert.Throws<OnnxFormatException>(() => ModelReader.Read(bytes)).Error;

    private static void TryRead(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            ModelWriter.ToBytes(ModelReader.Read(bytes));
        }
        catch (OnnxFormatException error)
        {
            Assert.NotEmpty(error.Message);
        }
    }

    private static byte[] Wrap(byte[] payload, int field) => [.. Varint((ulong)((field << 3) | 2)), .. Varint((ulong)payload.Length), .. payload];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }
}
