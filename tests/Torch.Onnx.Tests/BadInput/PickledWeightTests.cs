using System.Text;

namespace Torch.Onnx.Tests.BadInput;

/// <summary>The layouts before PyTorch 2.9 keep weights as torch.save writes them: a pickle, read without running anything.</summary>
public sealed class PickledWeightTests
{
    [Fact]
    public void Read_PlainTensor_IsRead()
    {
        using var file = ExportedProgramFile.Read(WithPickle(Tensor()));
        var model = TorchImporter.Import(file, null, TestContext.Current.CancellationToken).Model!;
        var weight = Assert.Single(model.Graph.Initializers);
        Assert.Equal(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }, weight.Data.AsSpan().ToArray());
    }

    [Theory]
    [InlineData("os", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("posix", "system")]
    [InlineData("torch._utils", "_rebuild_tensor")]
    [InlineData("torch", "load")]
    [InlineData("collections", "deque")]
    public void Read_AnyOtherGlobal_IsRefusedByName(string module, string name)
    {
        var problem = Refused(new Pickle().Global(module, name).Text("echo").Op(0x85).Op('R').Stop());
        Assert.Equal(ExportedProgramError.UnsafePickle, problem.Error);
        Assert.Contains($"{module}.{name}", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('o')]
    [InlineData('i')]
    [InlineData('P')]
    [InlineData(0x81)]
    [InlineData(0x92)]
    [InlineData(0x93)]
    [InlineData(0x82)]
    [InlineData(0x96)]
    public void Read_AnyOtherInstruction_IsRefused(int opcode) => Assert.Equal(ExportedProgramError.UnsafePickle, Refused(new Pickle().Op(opcode).Stop()).Error);

    [Fact]
    public void Read_DamagedPickle_IsRefused()
    {
        Assert.Equal(ExportedProgramError.MalformedPickle, Refused(new Pickle().Op('s')).Error);
        Assert.Equal(ExportedProgramError.MalformedPickle, Refused(new Pickle().Op('h').Op(9)).Error);
        Assert.Equal(ExportedProgramError.MalformedPickle, Refused(new Pickle().Op('X').Op(0xFF).Op(0xFF).Op(0xFF).Op(0x7F)).Error);
        Assert.Equal(ExportedProgramError.MalformedPickle, Refused(new Pickle().Text("no dictionary").Stop()).Error);
    }

    [Theory]
    [InlineData("}")]
    [InlineData("K\u0001")]
    [InlineData(")")]
    [InlineData("(t")]
    [InlineData("K\u0001\u0085")]
    public void Read_MillionsOfObjects_AreRefusedWithinTheMemoryLimit(string instructions)
    {
        var pickle = new Pickle();
        for (int i = 0; i < 4 << 20; i++)
        {
            pickle.Op(instructions[i % instructions.Length]);
        }

        byte[] file = WithPickle(pickle.Stop());
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ExportedProgramException>(() => ExportedProgramFile.Read(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (4L * file.Length) + (64L << 20));
    }

    [Fact]
    public void Read_StorageBeyondItsFile_IsOutOfRange() => Assert.Equal(ExportedProgramError.TensorOutOfRange, Refused(Tensor(size: 3)).Error);

    [Fact]
    public void Read_StorageThatIsMissing_IsMissing() => Assert.Equal(ExportedProgramError.TensorMissing, Refused(Tensor(key: "7")).Error);

    private static ExportedProgramException Refused(Pickle pickle) => Assert.Throws<ExportedProgramException>(() =>
    {
        using var file = ExportedProgramFile.Read(WithPickle(pickle));
        TorchImporter.Import(file, null, TestContext.Current.CancellationToken);
    });

    private static Pickle Tensor(int size = 2, string key = "0") => new Pickle()
        .Op('}').Op('(').Text("w")
        .Global("torch._utils", "_rebuild_tensor_v2").Op('(')
        .Op('(').Text("storage").Global("torch", "FloatStorage").Text(key).Text("cpu").Int(2).Op('t').Op('Q')
        .Int(0).Int(size).Op(0x85).Int(1).Op(0x85).Op(0x89).Global("collections", "OrderedDict").Op(')').Op('R').Op('t').Op('R')
        .Op('u').Stop();

    private static byte[] WithPickle(Pickle pickle)
    {
        byte[] weights = new ProgramPackage().Add("archive/data.pkl", pickle.ToBytes()).Add("archive/data/0", [1, 2, 3, 4, 5, 6, 7, 8]).ToBytes();
        return new ProgramPackage().Add("serialized_exported_program.json", ProgramPackage.Json()).Add("serialized_state_dict.pt", weights).Add("version", "8.2").ToBytes();
    }

    private sealed class Pickle
    {
        private readonly List<byte> _bytes = [0x80, 2];

        public Pickle Op(int opcode)
        {
            _bytes.Add((byte)opcode);
            return this;
        }

        public Pickle Int(int value) => Op('K').Op(value);

        public Pickle Text(string text)
        {
            _bytes.AddRange([(byte)'X', .. BitConverter.GetBytes(text.Length), .. Encoding.UTF8.GetBytes(text)]);
            return this;
        }

        public Pickle Global(string module, string name)
        {
            _bytes.AddRange([(byte)'c', .. Encoding.UTF8.GetBytes($"{module}\n{name}\n")]);
            return this;
        }

        public Pickle Stop() => Op('.');

        public byte[] ToBytes() => [.. _bytes];
    }
}
