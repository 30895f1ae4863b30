using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Platform.Toolchains.Inspection;
using Platform.Toolchains.Qnn;
using TestKit;

namespace Platform.Toolchains.Tests;

/// <summary>DLC files made here as the vendor's writer lays them out: stored members, 64-bit records, checksums of 0.</summary>
public sealed class DlcArchiveTests
{
    private const string History = """{"header":{"timestamp":"2026-11-29 19:06:49 UTC"},"dlcGenerationInfo":[{"converterCommand":{"converterVersion":"2.51.0.260929181845","args":{"model":"graph_a.so(.dll)"},"timestamp":"2026-11-29 19:06:49 UTC"}}]}""";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_ArchiveWithoutChecksums_GivesItsMembers(bool wide)
    {
        byte[] file = Dlc(wide, checksums: false);
        var archive = DlcArchive.Read(file);
        Assert.Equal(["dlc.metadata.history.2.3.0", "model"], archive.Members.Select(member => member.Name));
        Assert.Equal("the model", Encoding.ASCII.GetString(archive.Data(archive.Find("model")!)));
        Assert.Equal("v2.51.0.260929181845", DlcMetadata.BuildOf(archive));
        Assert.Equal(["graph_a"], DlcMetadata.GraphsOf(archive));
    }

    [Fact]
    public void Read_TrueChecksums_AreTaken() => Assert.Equal(2, DlcArchive.Read(Dlc(wide: true, checksums: true)).Members.Count);

    [Fact]
    public void Read_WrongChecksum_IsRefused()
    {
        byte[] file = Dlc(wide: false, checksums: true);
        file[file.AsSpan().IndexOf("the model"u8)] ^= 1;
        Assert.Contains("checksum", Assert.Throws<InspectionException>(() => DlcArchive.Read(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AnyTruncation_IsRefused()
    {
        byte[] file = Dlc(wide: true, checksums: true);
        for (int length = 0; length < file.Length - 1; length += 7)
        {
            Assert.Throws<InspectionException>(() => DlcArchive.Read(file[..length]));
        }
    }

    [Fact]
    public void SetConstantTimes_FilesOfDifferentTimes_BecomeEqual()
    {
        byte[] first = Dlc(wide: true, checksums: false), second = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(first).Replace("19:06:49", "23:59:01", StringComparison.Ordinal));
        Assert.NotEqual(first, second);
        DlcMetadata.SetConstantTimes(DlcArchive.Read(first));
        DlcMetadata.SetConstantTimes(DlcArchive.Read(second));
        Assert.Equal(first, second);
    }

    [Fact]
    public void Inspect_Dlc_SaysItsBuildAndGraphs()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.File("a.dlc"), Dlc(wide: true, checksums: false));
        var facts = ModelInspector.Inspect(folder.File("a.dlc"));
        Assert.Equal(ModelForm.QnnDlc, facts.Form);
        Assert.Equal(("2.51.0.260929181845", "graph_a"), (facts.Metadata["QAIRT_SDK_VERSION"], facts.Metadata["QNN_MODEL_GRAPH_NAMES"]));
    }

    [Fact]
    public void Inspect_FileNamedDlcThatIsNone_IsRefused()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder.File("a.dlc"), "no archive at all");
        Assert.Throws<InspectionException>(() => ModelInspector.Inspect(folder.File("a.dlc")));
    }

    private static byte[] Dlc(bool wide, bool checksums)
    {
        var file = new MemoryStream();
        var central = new MemoryStream();
        foreach (var (name, text) in new[] { ("dlc.metadata.history.2.3.0", History), ("model", "the model") })
        {
            byte[] data = Encoding.ASCII.GetBytes(text);
            long at = file.Position;
            uint sum = checksums ? Crc32.HashToUInt32(data) : 0;
            WriteHeader(file, 0x04034B50, name, data.Length, sum, wide, null);
            file.Write(data);
            WriteHeader(central, 0x02014B50, name, data.Length, sum, wide, at);
        }

        long start = file.Position;
        file.Write(central.ToArray());
        if (wide)
        {
            byte[] record = new byte[56];
            BinaryPrimitives.WriteUInt32LittleEndian(record, 0x06064B50);
            BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(32), 2);
            BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(48), start);
            file.Write(record);
        }

        byte[] end = new byte[22];
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054B50);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), 2);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(16), wide ? uint.MaxValue : (uint)start);
        file.Write(end);
        return file.ToArray();
    }

    private static void WriteHeader(Stream target, uint signature, string name, int length, uint sum, bool wide, long? offset)
    {
        int size = offset is null ? 30 : 46, shift = offset is null ? 0 : 2;
        byte[] header = new byte[size], extra = wide ? new byte[offset is null ? 20 : 28] : [];
        BinaryPrimitives.WriteUInt32LittleEndian(header, signature);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(14 + shift), sum);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(18 + shift), wide ? uint.MaxValue : (uint)length);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(22 + shift), wide ? uint.MaxValue : (uint)length);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(26 + shift), (ushort)name.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(28 + shift), (ushort)extra.Length);
        if (offset is { } at)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(42), wide ? uint.MaxValue : (uint)at);
        }

        if (wide)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(extra, 1);
            BinaryPrimitives.WriteUInt16LittleEndian(extra.AsSpan(2), (ushort)(extra.Length - 4));
            BinaryPrimitives.WriteInt64LittleEndian(extra.AsSpan(4), length);
            BinaryPrimitives.WriteInt64LittleEndian(extra.AsSpan(12), length);
            if (offset is { } place)
            {
                BinaryPrimitives.WriteInt64LittleEndian(extra.AsSpan(20), place);
            }
        }

        target.Write(header);
        target.Write(Encoding.ASCII.GetBytes(name));
        target.Write(extra);
    }
}
