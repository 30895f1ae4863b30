using System.Text;
using static Torch.Onnx.Tests.BadInput.ProgramPackage;

namespace Torch.Onnx.Tests.BadInput;

/// <summary>Archives that are broken, hostile or something else: each has its code, before anything large is allocated.</summary>
public sealed class BadArchiveTests
{
    private const string CentralRecord = "PK\u0001\u0002";
    private const string EndRecord = "PK\u0005\u0006";

    private static readonly Dictionary<string, (ExportedProgramError Error, Func<byte[]> Make)> s_cases = new(StringComparer.Ordinal)
    {
        ["no zip"] = (ExportedProgramError.NotAnArchive, () => Encoding.ASCII.GetBytes("this is no model at all")),
        ["nothing"] = (ExportedProgramError.NotAnArchive, () => []),
        ["cut short"] = (ExportedProgramError.Truncated, () => Valid().ToBytes()[..900]),
        ["end without its directory"] = (ExportedProgramError.Truncated, () => Patch(Valid().ToBytes(), EndRecord, 16, 0xFF, 0xFF, 0xFF, 0x7F)),
        ["entry beyond the end"] = (ExportedProgramError.Truncated, () => Patch(Patch(Valid().ToBytes(), CentralRecord, 20, 0, 0, 0, 0x10), CentralRecord, 24, 0, 0, 0, 0x10)),
        ["encrypted"] = (ExportedProgramError.Encrypted, () => Patch(Valid().ToBytes(), CentralRecord, 8, 1)),
        ["unknown compression"] = (ExportedProgramError.MalformedArchive, () => Patch(Valid().ToBytes(), CentralRecord, 10, 99)),
        ["lengths that contradict each other"] = (ExportedProgramError.MalformedArchive, () => Patch(Valid().ToBytes(), CentralRecord, 24, 1, 2, 3, 4)),
        ["wrong checksum"] = (ExportedProgramError.MalformedArchive, () => Patch(Valid().ToBytes(), CentralRecord, 16, 1, 2, 3, 4)),
        ["ten million entries claimed"] = (ExportedProgramError.MalformedArchive, () => Patch(Valid().ToBytes(), EndRecord, 8, 0xFE, 0xFF, 0xFE, 0xFF)),
        ["zip64 without its records"] = (ExportedProgramError.MalformedArchive, () => Patch(Valid().ToBytes(), EndRecord, 8, 0xFF, 0xFF, 0xFF, 0xFF)),
        ["the same name twice"] = (ExportedProgramError.UnsafeArchive, () => Valid().Add("model/models/model.json", "{}").ToBytes()),
        ["a name that climbs out"] = (ExportedProgramError.UnsafeArchive, () => Valid().Add("model/../../etc/passwd", "x").ToBytes()),
        ["an absolute name"] = (ExportedProgramError.UnsafeArchive, () => Valid().Add("/etc/passwd", "x").ToBytes()),
        ["a name with backslashes"] = (ExportedProgramError.UnsafeArchive, () => Valid().Add("model\\..\\x", "x").ToBytes()),
        ["a bomb in the program"] = (ExportedProgramError.ArchiveTooLarge, () => Packed(("model/models/model.json", Zeros(40), true))),
        ["a bomb in a weight"] = (ExportedProgramError.ArchiveTooLarge, BombInWeight),
        ["a bomb that understates itself"] = (ExportedProgramError.MalformedArchive, () => Patch(Packed(("model/models/model.json", Zeros(4), true)), CentralRecord, 24, 64, 0, 0, 0)),
        ["big-endian"] = (ExportedProgramError.BigEndian, () => Packed(("model/models/model.json", Utf8(Json()), false), ("model/byteorder", "big"u8.ToArray(), false))),
        ["TorchScript"] = (ExportedProgramError.TorchScript, () => Packed(("m/code/__torch__.py", "x"u8.ToArray(), false), ("m/constants.pkl", [0x80, 2], false))),
        ["a checkpoint"] = (ExportedProgramError.StateDict, () => Packed(("m/data.pkl", [0x80, 2], false), ("m/data/0", new byte[4], false))),
        ["compiled code only"] = (ExportedProgramError.CompiledOnly, () => Packed(("m/archive_format", "pt2"u8.ToArray(), false), ("m/data/aotinductor/model/x.so", new byte[4], false))),
        ["no program"] = (ExportedProgramError.NoProgram, () => Packed(("m/readme.txt", "hello"u8.ToArray(), false))),
        ["an empty archive"] = (ExportedProgramError.NoProgram, () => Packed()),
        ["two programs"] = (ExportedProgramError.AmbiguousProgram, () => Valid().Add("model/models/other.json", Json()).ToBytes()),
    };

    public static TheoryData<string> Names => [.. s_cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Read_BadArchive_IsRefusedWithItsCode(string name)
    {
        var (error, make) = s_cases[name];
        byte[] file = make();
        long before = GC.GetAllocatedBytesForCurrentThread();
        var problem = Assert.Throws<ExportedProgramException>(() => Convert(file));
        Assert.Equal(error, problem.Error);
        Assert.NotEmpty(problem.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (4L * file.Length) + (64L << 20));
    }

    [Fact]
    public void Read_TheSamePackageUntouched_Converts() => Assert.NotNull(Convert(Valid().ToBytes()).Model);

    [Fact]
    public void Read_DeflatedEntries_Convert()
    {
        byte[] file = Packed(
            ("model/data/weights/weight_0", new byte[8], true),
            ("model/data/weights/model_weights_config.json", Utf8(Weights(Meta)), true), ("model/models/model.json", Utf8(Json()), true));
        Assert.NotNull(Convert(file).Model);
    }

    [Fact]
    public void Read_EveryLengthOfATruncatedFile_IsRefused()
    {
        byte[] file = Valid().ToBytes();
        for (int length = 0; length < file.Length; length++)
        {
            Assert.Throws<ExportedProgramException>(() => Convert(file[..length]));
        }
    }

    [Theory]
    [InlineData("{\"target\":\"torch.ops.aten.relu.default\",\"inputs\":[],\"outputs\":[]}")]
    [InlineData("{\"target\":\"t\",\"inputs\":[{\"name\":\"\",\"arg\":{\"as_ints\":[1,2,3,4,5,6,7,8,9]}}],\"outputs\":[{\"as_tensor\":{\"name\":\"a\"}}]}")]
    [InlineData("{\"target\":\"\"}")]
    public void Read_ProgramThatExpandsToMegabytes_StaysWithinTheMemoryLimit(string node)
    {
        string json = Json(string.Join(',', Enumerable.Repeat(node, 6_200_000 / (node.Length + 1))));
        byte[] file = Packed(("model/models/model.json", Utf8(json), true));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ExportedProgramException>(() => Convert(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (4L * file.Length) + (64L << 20));
    }

    [Fact]
    public void Open_EmptyFile_IsTruncated()
    {
        using var folder = new TestKit.TempFolder();
        string path = folder.File("empty.pt2");
        File.WriteAllBytes(path, []);
        Assert.Equal(ExportedProgramError.Truncated, Assert.Throws<ExportedProgramException>(() => ExportedProgramFile.Open(path)).Error);
    }

    private static ImportResult Convert(byte[] file)
    {
        using var opened = ExportedProgramFile.Read(file);
        var result = TorchImporter.Import(opened, null, TestContext.Current.CancellationToken);
        if (result.Model is { } model)
        {
            global::Onnx.Model.ModelWriter.ToBytes(model);
        }

        return result;
    }

    private static byte[] Packed(params (string Name, byte[] Bytes, bool Deflate)[] entries)
    {
        var package = new ProgramPackage();
        foreach (var (name, bytes, deflate) in entries)
        {
            package.Add(name, bytes, deflate);
        }

        return package.ToBytes();
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    // Megabytes of zeros, which deflate to next to nothing.
    private static byte[] Zeros(int megabytes) => new byte[megabytes << 20];

    private static byte[] BombInWeight()
    {
        string meta = Meta.Replace("\"as_int\": 2", $"\"as_int\": {10 << 20}", StringComparison.Ordinal);
        string values = $$"""{"x": {{Meta}}, "p_w": {{meta}}, "add": {{meta}}, "relu": {{meta}} }""";
        return Packed(
            ("model/data/weights/weight_0", Zeros(40), true),
            ("model/data/weights/model_weights_config.json", Utf8(Weights(meta)), false),
            ("model/models/model.json", Utf8(Json(values: values)), false));
    }
}
