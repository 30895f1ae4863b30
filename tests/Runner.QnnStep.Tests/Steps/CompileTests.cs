using Onnx.Model;
using Platform.Contracts.Hub.V1;
using Platform.Toolchains;
using Platform.Toolchains.Inspection;
using Platform.Toolchains.Qnn;
using TestKit;

namespace Runner.QnnStep.Tests;

public sealed class CompileTests
{
    public static TheoryData<ModelForm, string> Forms => new()
    {
        { ModelForm.QnnDlc, "" }, { ModelForm.QnnContextBinary, "" }, { ModelForm.PrecompiledQnnOnnx, "" }, { ModelForm.PrecompiledQnnOnnx, "--target_runtime precompiled_qnn_onnx --embed_in_onnx" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Run_SameModelTwice_GivesEqualHashes(ModelForm form, string options)
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        var first = await QnnToolchain.CompileAsync(folder, SmallNetworks.Convolutions(), form, options, 57);
        var second = await QnnToolchain.CompileAsync(folder, SmallNetworks.Convolutions(), form, options, 57);
        Assert.Equal(first.Hash, second.Hash);
        Assert.Equal("57", first.Metadata(QnnFacts.SocModel));
        Assert.Equal(QnnToolchain.Mount.Build.TrimStart('v'), first.Metadata("QAIRT_SDK_VERSION"));
    }

    [Fact]
    public async Task Run_AnotherFileName_GivesEqualBytes()
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        string one = folder.File("one.onnx"), two = folder.File("two.onnx");
        OnnxFile.Save(SmallNetworks.Convolutions(), one);
        File.Copy(one, two);
        var first = await QnnToolchain.CompileAsync(folder, one, ModelForm.QnnContextBinary, "", 57);
        var second = await QnnToolchain.CompileAsync(folder, two, ModelForm.QnnContextBinary, "", 57);
        Assert.Equal(first.Hash, second.Hash);
    }

    [Fact]
    public async Task Run_GraphNameGiven_IsKeptInTheRecord()
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        var product = await QnnToolchain.CompileAsync(folder, SmallNetworks.Convolutions(), ModelForm.QnnContextBinary, "--qnn_options context_enable_graphs=detector", 57);
        Assert.NotEqual("", product.Metadata("graph.detector"));
        Assert.Equal(product.Metadata(QnnFacts.GraphNames), product.Metadata("graph.detector"));
    }

    [Fact]
    public async Task Run_PrecompiledOnnx_HasALowFormatVersionAndFewDomains()
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        var product = await QnnToolchain.CompileAsync(folder, SmallNetworks.Convolutions(), ModelForm.PrecompiledQnnOnnx, "--target_runtime precompiled_qnn_onnx --embed_in_onnx", 57);
        using var file = OnnxFile.Open(product.File);
        Assert.Equal(8, file.Model.IrVersion);
        Assert.Equal(["", "com.microsoft"], file.Model.OpsetImports.Select(opset => opset.Domain).Order());
        var facts = ModelInspector.Inspect(product.File);
        Assert.Equal(ModelForm.PrecompiledQnnOnnx, facts.Form);
        Assert.Equal("57", facts.Metadata[QnnFacts.SocModel]);
    }

    [Fact]
    public async Task Run_SeveralChips_GivesOneFileThatNamesAll()
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        var product = await QnnToolchain.CompileAsync(folder, SmallNetworks.Convolutions(), ModelForm.QnnContextBinary, "", 43, 57, 69);
        Assert.Equal("43,57,69", product.Metadata(QnnFacts.SocModel));
        Assert.Equal("43,57,69", ModelInspector.Inspect(product.File).Metadata[QnnFacts.SocModel]);
    }

    [Fact]
    public async Task Run_Dlc_IsReadByOurReaderAndByTheVendors()
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        var product = await QnnToolchain.CompileAsync(folder, SmallNetworks.Convolutions(), ModelForm.QnnDlc, "", 57);
        var plain = ModelInspector.Inspect(product.File);
        Assert.Equal(ModelForm.QnnDlc, plain.Form);
        Assert.Equal(QnnToolchain.Mount.Build.TrimStart('v'), plain.Metadata["QAIRT_SDK_VERSION"]);
        var seen = await QnnInspection.RunAsync(QnnToolchain.Mount, product.File, QnnToolchain.Limits, QnnToolchain.Sandbox, TestContext.Current.CancellationToken);
        Assert.Null(seen.Refusal);
        Assert.Equal(plain.Metadata["QNN_MODEL_GRAPH_NAMES"], seen.Facts!.Metadata["QNN_MODEL_GRAPH_NAMES"]);
        Assert.Equal("image", Assert.Single(seen.Facts.Inputs).Name);
    }

    [Fact]
    public async Task Run_QuantizedIo_MakesTheBinarysInputsIntegers()
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        string source = folder.File("float.onnx"), quantized = folder.File("qdq.onnx");
        OnnxFile.Save(SmallNetworks.Convolutions(), source);
        await Qdq.WriteAsync(source, quantized, 8);
        var real = await QnnToolchain.CompileAsync(folder, quantized, ModelForm.QnnContextBinary, "", 57);
        var integer = await QnnToolchain.CompileAsync(folder, quantized, ModelForm.QnnContextBinary, "--quantize_io", 57);
        Assert.Equal("float32", real.Outcome.Facts!.Inputs[0].Dtype);
        Assert.Empty(integer.Outcome.Refusals);
        Assert.Equal("uint8", integer.Outcome.Facts!.Inputs[0].Dtype);
        Assert.NotNull(integer.Outcome.Facts.Inputs[0].Scale);
    }

    [Fact]
    public async Task Run_NamesAndShapesGiven_AreTheProducts()
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        var product = await QnnToolchain.CompileAsync(folder, SmallNetworks.Convolutions(), ModelForm.QnnContextBinary, "--output_names logits", 57);
        Assert.Equal("logits", Assert.Single(product.Outcome.Facts!.Outputs).Name);
    }

    [Fact]
    public async Task Inspect_DamagedBinary_IsRefusedWithItsCode()
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        string path = folder.File("random.bin");
        await File.WriteAllBytesAsync(path, [.. Enumerable.Range(0, 4096).Select(i => (byte)(i * 7))], TestContext.Current.CancellationToken);
        var seen = await QnnInspection.RunAsync(QnnToolchain.Mount, path, QnnToolchain.Limits, QnnToolchain.Sandbox, TestContext.Current.CancellationToken);
        Assert.Equal(FailureCode.QnnBinaryDamaged, seen.Refusal!.Code);
    }
}
