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

    private static async Task<string?> FailureAsync(string product) => (await Oracle.RunAsync(Runtime.QnnHtp, product, [])).Failure;
}
