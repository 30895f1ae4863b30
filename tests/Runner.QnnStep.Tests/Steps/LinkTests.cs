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

        // Again the same bytes; names that the user gives stand beside the stored ones.
        var again = await QnnToolchain.LinkAsync(folder, files, form == ModelForm.QnnDlc ? "--qnn_options context_enable_graphs=prompt,token" : "");
        Assert.Equal(linked.Hash, again.Hash);
        string[] names = form == ModelForm.QnnDlc ? ["prompt", "token"] : ["short", "long"];
        Assert.Equal(again.Metadata(QnnFacts.GraphNames).Split(',').Order(), names.Select(name => again.Metadata($"graph.{name}")).Order());
    }

    /// <summary>One graph inside an ONNX model runs as the bare binary does; several cannot stand there.</summary>
    [Fact]
    public async Task Run_EmbedInOnnx_HoldsOneGraph()
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        string source = folder.File("tiny.onnx"), other = folder.File("other.onnx");
        OnnxFile.Save(SmallNetworks.Convolutions(), source);
        OnnxFile.Save(SmallNetworks.Convolutions("other", 24), other);
        var dlc = await QnnToolchain.CompileAsync(folder, source, ModelForm.QnnDlc, "", 57);
        var embedded = await QnnToolchain.LinkAsync(folder, [dlc.File], "--embed_in_onnx");
        File.Move(embedded.File, folder.File("embedded.onnx"));
        var bare = await QnnToolchain.LinkAsync(folder, [dlc.File]);
        Assert.Equal(bare.Hash, Loading.HashOfBinaryIn(folder.File("embedded.onnx")));
        Assert.Equal(await Numerics.SnrAsync(source, bare.File), await Numerics.SnrAsync(source, folder.File("embedded.onnx")));
        Assert.Equal(FailureCode.OptionConflict, Assert.Single((await QnnToolchain.LinkAsync(folder, [source, other], "--embed_in_onnx")).Outcome.Refusals).Code);
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
