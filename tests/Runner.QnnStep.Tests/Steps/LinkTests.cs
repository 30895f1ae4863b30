using Onnx.Model;
using Platform.Contracts.Hub.V1;
using Platform.Toolchains;
using Platform.Toolchains.Qnn;
using TestKit;

namespace Runner.QnnStep.Tests;

public sealed class LinkTests
{
    [Fact]
    public async Task Run_OneDlcWithoutSharing_ComputesTheSameAsTheDirectBinary()
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        string source = folder.File("tiny.onnx");
        OnnxFile.Save(SmallNetworks.Convolutions(), source);
        var dlc = await QnnToolchain.CompileAsync(folder, source, ModelForm.QnnDlc, "", 57);
        var linked = await QnnToolchain.LinkAsync(folder, [dlc.File]);
        var direct = await QnnToolchain.CompileAsync(folder, source, ModelForm.QnnContextBinary, "", 57);
        Assert.Equal("false", linked.Metadata(QnnFacts.WeightSharing));
        Assert.Equal(await Numerics.SnrAsync(source, direct.File), await Numerics.SnrAsync(source, linked.File));
    }

    [Theory]
    [InlineData(ModelForm.QnnDlc)]
    [InlineData(ModelForm.Onnx)]
    public async Task Run_TwoResolutions_ShareTheirWeights(ModelForm form)
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        var models = new[] { SmallNetworks.Transformer("short", length: 16), SmallNetworks.Transformer("long", length: 32) };
        var files = new List<string>();
        foreach (var model in models)
        {
            string file = folder.File($"{model.Graph.Name}.onnx");
            OnnxFile.Save(model, file);
            files.Add(form == ModelForm.Onnx ? file : (await QnnToolchain.CompileAsync(folder, file, form, "", 57)).File);
        }

        // Files of one name from different folders stay apart by their graphs.
        var linked = await QnnToolchain.LinkAsync(folder, files);
        double share = new FileInfo(linked.File).Length / double.Parse(linked.Metadata(QnnFacts.BytesApart), System.Globalization.CultureInfo.InvariantCulture);
        TestContext.Current.SendDiagnosticMessage($"{form}: {share:P1} of the sum");
        Assert.Equal(2, linked.Metadata(QnnFacts.GraphNames).Split(',').Length);
        Assert.Equal("true", linked.Metadata(QnnFacts.WeightSharing));
        Assert.True(share < 0.75, $"{share:P1} of the sum");
    }

    [Theory]
    [InlineData(ModelForm.QnnDlc)]
    [InlineData(ModelForm.Onnx)]
    public async Task Run_SameGraphNameTwice_IsRefused(ModelForm form)
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        string source = folder.File("tiny.onnx");
        OnnxFile.Save(SmallNetworks.Convolutions(), source);
        string file = form == ModelForm.Onnx ? source : (await QnnToolchain.CompileAsync(folder, source, form, "", 57)).File;
        var linked = await QnnToolchain.LinkAsync(folder, [file, file]);
        Assert.Equal(FailureCode.QnnGraphNameTaken, Assert.Single(linked.Outcome.Refusals).Code);
        Assert.False(File.Exists(linked.Path));
    }

    [Fact]
    public async Task Run_DlcWithOnnx_IsRefused()
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        string source = folder.File("tiny.onnx");
        OnnxFile.Save(SmallNetworks.Convolutions(), source);
        var dlc = await QnnToolchain.CompileAsync(folder, source, ModelForm.QnnDlc, "", 57);
        var linked = await QnnToolchain.LinkAsync(folder, [dlc.File, source]);
        Assert.Equal(FailureCode.QnnLinkMixed, Assert.Single(linked.Outcome.Refusals).Code);
    }
}
