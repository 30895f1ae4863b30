using Onnx.Model;
using Platform.Toolchains;
using TestKit;
using TestKit.Oracles;
using Runtime = Platform.Contracts.Runner.V1.Runtime;

namespace Runner.QnnStep.Tests;

/// <summary>What the emulation refuses instead of crashing.</summary>
public sealed class EmulationTests
{
    [Fact]
    public async Task Run_FileForSeveralChips_IsRefused()
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        var product = await QnnToolchain.CompileAsync(folder, SmallNetworks.Convolutions(), ModelForm.QnnContextBinary, "", 43, 57);
        Assert.StartsWith("QnnEmulatorCannot", await FailureAsync(product.File), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SharedWeights_AreRefused()
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        string a = folder.File("a.onnx"), b = folder.File("b.onnx");
        OnnxFile.Save(SmallNetworks.Convolutions("a"), a);
        OnnxFile.Save(SmallNetworks.Convolutions("b", 24), b);
        Assert.StartsWith("QnnEmulatorCannot", await FailureAsync((await QnnToolchain.LinkAsync(folder, [a, b])).File), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(5000)]
    public async Task Run_DamagedBinary_IsRefused(int bytes)
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        var product = await QnnToolchain.CompileAsync(folder, SmallNetworks.Convolutions(), ModelForm.QnnContextBinary, "", 57);
        string cut = folder.File("cut.bin");
        await File.WriteAllBytesAsync(cut, (await File.ReadAllBytesAsync(product.File, TestContext.Current.CancellationToken))[..bytes], TestContext.Current.CancellationToken);
        Assert.StartsWith("QnnBinaryDamaged", await FailureAsync(cut), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_EPContextWithoutItsBinary_IsRefused()
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        string path = folder.File("alone.onnx");
        OnnxFile.Save(Platform.Toolchains.Qnn.EpContextModel.Wrap("gone.bin", "g", [new() { Name = "x", Dtype = "float32", Shape = { 1, 8 } }], [new() { Name = "y", Dtype = "float32", Shape = { 1, 8 } }]), path);
        Assert.StartsWith("QnnBinaryDamaged", await FailureAsync(path), StringComparison.Ordinal);
    }

    /// <summary>Precompiled ONNX around every kind of binary that cannot be run: refused with the code of the binary.</summary>
    [Theory]
    [InlineData("empty", "QnnBinaryDamaged")]
    [InlineData("cut", "QnnBinaryDamaged")]
    [InlineData("several chips", "QnnEmulatorCannot")]
    [InlineData("shared weights", "QnnEmulatorCannot")]
    public async Task Run_PrecompiledAroundABinaryThatCannotRun_IsRefused(string what, string code)
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        OnnxFile.Save(SmallNetworks.Convolutions("a"), folder.File("a.onnx"));
        OnnxFile.Save(SmallNetworks.Convolutions("b", 24), folder.File("b.onnx"));
        string binary = what switch
        {
            "several chips" => (await QnnToolchain.CompileAsync(folder, folder.File("a.onnx"), ModelForm.QnnContextBinary, "", 43, 57)).File,
            "shared weights" => (await QnnToolchain.LinkAsync(folder, [folder.File("a.onnx"), folder.File("b.onnx")])).File,
            _ => (await QnnToolchain.CompileAsync(folder, folder.File("a.onnx"), ModelForm.QnnContextBinary, "", 57)).File,
        };
        byte[] bytes = await File.ReadAllBytesAsync(binary, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(folder.File("m.bin"), what switch { "empty" => [], "cut" => bytes[..(bytes.Length / 2)], _ => bytes }, TestContext.Current.CancellationToken);
        OnnxFile.Save(Around("m.bin", "g"), folder.File("m.onnx"));
        Assert.StartsWith(code, await FailureAsync(folder.File("m.onnx")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_PrecompiledOnnx_KnowsItsQuantization()
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        OnnxFile.Save(SmallNetworks.Convolutions(), folder.File("float.onnx"));
        await Qdq.WriteAsync(folder.File("float.onnx"), folder.File("qdq.onnx"), 8);
        var product = await QnnToolchain.CompileAsync(folder, folder.File("qdq.onnx"), ModelForm.PrecompiledQnnOnnx, "--quantize_io", 57);
        var loaded = await Oracle.LoadAsync(Runtime.QnnHtp, product.File);
        Assert.Null(loaded.Failure);
        Assert.Equal(product.Outcome.Facts!.Inputs[0].Scale, loaded.Inputs[0].Scale);
        Assert.Equal(product.Outcome.Facts.Outputs[0].ZeroPoint, loaded.Outputs[0].ZeroPoint);
    }

    private static ModelProto Around(string file, string graph) => Platform.Toolchains.Qnn.EpContextModel.Wrap(
        file, graph, [new() { Name = "image", Dtype = "float32", Shape = { 1, 3, 16, 16 } }], [new() { Name = "scores", Dtype = "float32", Shape = { 1, 10 } }]);

    private static async Task<string?> FailureAsync(string product) => (await Oracle.RunAsync(Runtime.QnnHtp, product, [])).Failure;
}
