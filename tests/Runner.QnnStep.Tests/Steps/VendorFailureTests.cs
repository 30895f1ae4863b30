using System.Diagnostics;
using Onnx.Model;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.Mounts;
using Platform.Sandbox;
using Platform.Toolchains;
using Platform.Toolchains.Qnn;
using TestKit;
using TestKit.Oracles;

namespace Runner.QnnStep.Tests;

/// <summary>Failures of the vendor's libraries and of the child itself, brought about for real: the child is asked what the steps would refuse before.</summary>
public sealed class VendorFailureTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(98, FailureCode.QnnSocUnknown)]
    [InlineData(999, FailureCode.QnnSocUnknown)]
    public async Task ChipThatTheLibraryDoesNotKnow_HasItsCode(int soc, FailureCode code)
    {
        await QnnToolchain.RequireAsync();
        Save(SmallNetworks.Convolutions(), "tiny.onnx");
        var run = await QnnToolchain.AskAsync(_folder, Compile("tiny.onnx", soc, 75));
        Assert.Equal(code, Assert.Single(run.Refusals).Code);
    }

    /// <summary>The library makes a binary for a chip of its own choice where it does not know better: what comes out is held against what was asked.</summary>
    [Fact]
    public async Task BinaryForAnotherChip_IsRefused()
    {
        await QnnToolchain.RequireAsync();
        Save(SmallNetworks.Transformer(), "t.onnx");
        var refusal = Assert.Single((await QnnToolchain.AskAsync(_folder, Compile("t.onnx", 0, 68))).Refusals);
        Assert.Equal(FailureCode.QnnSocMismatch, refusal.Code);
        Assert.Contains("not for 0", refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("out.bin")));
    }

    [Fact]
    public async Task GraphThatIsTakenAndNotFinished_HasItsCode()
    {
        await QnnToolchain.RequireAsync();
        var build = new NetworkBuilder(1);
        build.Input("x", 1, 2048, 4096);
        build.Input("w", 1, 4096, 2048);
        build.Add("MatMul", "large", "y", ["x", "w"]);
        Save(build.Finish("g", ("y", [1, 2048, 2048])), "large.onnx");
        var refusal = Assert.Single((await QnnToolchain.AskAsync(_folder, Compile("large.onnx", 0, 0))).Refusals);
        Assert.Equal(FailureCode.QnnFinalizeFailed, refusal.Code);
        Assert.Contains("1002", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConvolutionsThatTheChipDoesNotTake_AreAllNamed()
    {
        await QnnToolchain.RequireAsync();
        OnnxFile.Save(SmallNetworks.Convolutions(), _folder.File("float.onnx"));
        Directory.CreateDirectory(_folder.File("in"));
        await Qdq.WriteAsync(_folder.File("float.onnx"), _folder.File("in/qdq.onnx"), 16, 16);
        var run = await QnnToolchain.AskAsync(_folder, Compile("qdq.onnx", 0, 0));
        Assert.All(run.Refusals, refusal => Assert.Equal(FailureCode.QnnUnsupported, refusal.Code));
        Assert.Superset(new HashSet<string> { "first", "second", "third" }, run.Refusals.Select(refusal => refusal.Subject!).ToHashSet());
    }

    [Fact]
    public async Task BackendThatDoesNotLoad_IsAMissingRuntime()
    {
        await QnnToolchain.RequireAsync();
        var tool = Linked("libQnnHtp.so", path => File.WriteAllText(path, "no library"));
        Save(SmallNetworks.Convolutions(), "tiny.onnx");
        var run = await tool.RunAsync(Compile("tiny.onnx", 57, 75), _folder.Path, _folder.Path, QnnToolchain.Limits, Sandboxes.Create("none", TimeProvider.System), _ => { }, TestContext.Current.CancellationToken);
        Assert.Equal(FailureCode.RuntimeMissing, Assert.Single(run.Refusals).Code);
    }

    [Fact]
    public async Task LibraryOfAnotherCoreApi_LinksNoDlc_AndSaysBothVersions()
    {
        await QnnToolchain.RequireAsync();
        var dlc = await QnnToolchain.CompileAsync(_folder, SmallNetworks.Convolutions(), ModelForm.QnnDlc, "", 57);
        File.Copy(dlc.File, _folder.File("a.dlc"));
        var tool = Linked("libQnnHtp.so", path => Assemble(path, """
            .globl QnnInterface_getProviders
            QnnInterface_getProviders:
              lea list(%rip), %rax
              mov %rax, (%rdi)
              movl $1, (%rsi)
              xor %eax, %eax
              ret
            .data
            list: .quad provider
            provider: .long 6, 0
              .quad name
              .long 2, 99, 0, 5, 99, 0
              .zero 640
            name: .asciz "OTHER"
            """));
        var link = new QnnRequest { Link = new QnnLink { Models = { "a.dlc" }, Output = "l.bin", Product = QnnProduct.ContextBinary, Socs = { new QnnSoc { Id = 57, Arch = 75 } } } };
        var run = await tool.RunAsync(link, _folder.Path, _folder.Path, QnnToolchain.Limits, Sandboxes.Create("none", TimeProvider.System), _ => { }, TestContext.Current.CancellationToken);
        var refusal = Assert.Single(run.Refusals);
        Assert.Equal(FailureCode.QnnVersionMismatch, refusal.Code);
        Assert.Contains("2.40.0", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("2.99.0", refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("l.bin")));
    }

    [Theory]
    [InlineData(0.05, 2048, FailureCode.TimedOut)]
    [InlineData(300, 0.02, FailureCode.OutputTooLarge)]
    public async Task ChildBeyondItsBounds_EndsWithItsCodeAndLeavesNoProduct(double seconds, double outputMb, FailureCode code)
    {
        await QnnToolchain.RequireAsync();
        OnnxFile.Save(SmallNetworks.Transformer(), _folder.File("t.onnx"));
        var limits = new SandboxLimits(TimeSpan.FromSeconds(seconds), 8L << 30, (long)(outputMb * (1 << 20)), 1 << 20);
        var product = await QnnToolchain.CompileAsync(_folder, _folder.File("t.onnx"), ModelForm.QnnContextBinary, limits, "", 57);
        var refusal = Assert.Single(product.Outcome.Refusals);
        Assert.True(refusal.Code == code, $"{refusal.Code}: {refusal.Message}");
        Assert.False(File.Exists(product.Path));
    }

    [Fact]
    public async Task DlcWithWrongChecksum_IsNotLinked()
    {
        await QnnToolchain.RequireAsync();
        var dlc = await QnnToolchain.CompileAsync(_folder, SmallNetworks.Convolutions(), ModelForm.QnnDlc, "", 57);
        byte[] bytes = await File.ReadAllBytesAsync(dlc.File, TestContext.Current.CancellationToken);
        SetChecksum(bytes, 0xBAD0BAD0);
        await File.WriteAllBytesAsync(_folder.File("wrong.dlc"), bytes, TestContext.Current.CancellationToken);
        var linked = await QnnToolchain.LinkAsync(_folder, [_folder.File("wrong.dlc")]);
        var refusal = Assert.Single(linked.Outcome.Refusals);
        Assert.Equal(FailureCode.ModelUnreadable, refusal.Code);
        Assert.Contains("checksum", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DlcWithoutItsModel_IsNotLinked()
    {
        await QnnToolchain.RequireAsync();
        var dlc = await QnnToolchain.CompileAsync(_folder, SmallNetworks.Convolutions(), ModelForm.QnnDlc, "", 57);
        byte[] bytes = await File.ReadAllBytesAsync(dlc.File, TestContext.Current.CancellationToken);
        var archive = DlcArchive.Read(bytes);
        archive.Data(archive.Find("model")!).Clear();
        await File.WriteAllBytesAsync(_folder.File("empty.dlc"), bytes, TestContext.Current.CancellationToken);
        var linked = await QnnToolchain.LinkAsync(_folder, [_folder.File("empty.dlc")]);
        var refusal = Assert.Single(linked.Outcome.Refusals);
        TestContext.Current.SendDiagnosticMessage($"{refusal.Code}: {refusal.Message}");
        Assert.Equal(FailureCode.ModelUnreadable, refusal.Code);
    }

    private static QnnRequest Compile(string model, int soc, int arch) =>
        new() { Compile = new QnnCompile { Model = "in/" + model, Output = "out.bin", Product = QnnProduct.ContextBinary, Socs = { new QnnSoc { Id = soc, Arch = arch } } } };

    private void Save(ModelProto model, string name)
    {
        Directory.CreateDirectory(_folder.File("in"));
        OnnxFile.Save(model, _folder.File("in/" + name));
    }

    // The first member's checksum in the table of contents: APPNOTE.TXT 4.3.12.
    private static void SetChecksum(byte[] file, uint sum)
    {
        int at = file.AsSpan().IndexOf("PK\u0001\u0002"u8);
        BitConverter.TryWriteBytes(file.AsSpan(at + 16), sum);
    }

    // The package in one flat folder of links, with one library of our own.
    private QnnTool Linked(string replaced, Action<string> write)
    {
        string folder = Directory.CreateDirectory(_folder.File("package")).FullName;
        foreach (string file in Directory.EnumerateFiles(QnnMaterial.Root!, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) is var name && name != replaced && !File.Exists(Path.Combine(folder, name))))
        {
            File.CreateSymbolicLink(Path.Combine(folder, Path.GetFileName(file)), file);
        }

        write(Path.Combine(folder, replaced));
        return new QnnTool(QnnMaterial.Program, QnnPackage.Open(folder, _folder.File("cache")));
    }

    private void Assemble(string library, string source)
    {
        File.WriteAllText(_folder.File("library.s"), source + "\n");
        foreach (string[] command in new string[][] { ["as", "-o", _folder.File("library.o"), _folder.File("library.s")], ["ld", "-shared", "-o", library, _folder.File("library.o")] })
        {
            using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]))!;
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
        }
    }
}
