using Onnx.Model;
using Onnx.Tflite.Tests;
using Platform.Contracts.Hub.V1;
using Platform.Toolchains;
using Platform.Toolchains.Inspection;
using Platform.Toolchains.Qnn;
using TestKit;
using Runtime = Platform.Contracts.Runner.V1.Runtime;

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
        Assert.Equal(ModelForm.QnnContextBinary, ModelInspector.Inspect(product.File).Form);
    }

    [Theory]
    [InlineData("")]
    [InlineData("--target_runtime precompiled_qnn_onnx --embed_in_onnx")]
    public async Task Run_SeveralChipsInOnnx_NamesAll(string options)
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        var product = await QnnToolchain.CompileAsync(folder, SmallNetworks.Convolutions(), ModelForm.PrecompiledQnnOnnx, options, 43, 57);
        Assert.Equal("43,57", product.Metadata(QnnFacts.SocModel));
        var facts = ModelInspector.Inspect(product.File);
        Assert.Equal(ModelForm.PrecompiledQnnOnnx, facts.Form);
        Assert.Equal(("43,57", "v73,v75", "SM8550,SM8650"), (facts.Metadata[QnnFacts.SocModel], facts.Metadata["QNN_CONTEXT_BIN_HEXAGON_VERSION"], facts.Metadata["soc"]));
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

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Run_QuantizedIo_MakesInputsAndOutputsIntegers(ModelForm form, string options)
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        string source = folder.File("float.onnx"), quantized = folder.File("qdq.onnx");
        OnnxFile.Save(SmallNetworks.Convolutions(), source);
        await Qdq.WriteAsync(source, quantized, 8);
        var real = await QnnToolchain.CompileAsync(folder, quantized, form, options, 57);
        var integer = await QnnToolchain.CompileAsync(folder, quantized, form, $"{options} --quantize_io", 57);
        Assert.Equal("float32", real.Outcome.Facts!.Inputs[0].Dtype);
        Assert.Empty(integer.Outcome.Refusals);
        foreach (var tensor in integer.Outcome.Facts!.Inputs.Concat(integer.Outcome.Facts.Outputs))
        {
            TestContext.Current.SendDiagnosticMessage($"{form} {options}: {tensor.Name} {tensor.Dtype} {tensor.Scale} {tensor.ZeroPoint}");
            Assert.Equal("uint8", tensor.Dtype);
            Assert.NotNull(tensor.Scale);
        }

        await Loading.RequireAsync(real);
        await Loading.RequireAsync(integer);
        if (form != ModelForm.QnnDlc)
        {
            // The same integers: those of the float product went through the roundings inside it.
            var scores = integer.Outcome.Facts.Outputs[0];
            double[] expected = await Numerics.RunAsync(Runtime.QnnHtp, real.File, source, QdqCalibration.FirstSeed), actual = await Numerics.RunAsync(Runtime.QnnHtp, integer.File, source, QdqCalibration.FirstSeed);
            Assert.All(expected.Zip(actual), pair => Assert.InRange(((pair.Second - scores.ZeroPoint!.Value) * scores.Scale!.Value) - pair.First, -1.01 * scores.Scale.Value, 1.01 * scores.Scale.Value));
        }
    }

    [Fact]
    public async Task Run_QuantizedIoForSeveralChips_SaysItsIntegers()
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        string source = folder.File("float.onnx"), quantized = folder.File("qdq.onnx");
        OnnxFile.Save(SmallNetworks.Convolutions(), source);
        await Qdq.WriteAsync(source, quantized, 8);
        var one = await QnnToolchain.CompileAsync(folder, quantized, ModelForm.QnnContextBinary, "--quantize_io", 57);
        var several = await QnnToolchain.CompileAsync(folder, quantized, ModelForm.QnnContextBinary, "--quantize_io", 43, 57);
        Assert.Empty(several.Outcome.Refusals);
        foreach (var (expected, actual) in one.Outcome.Facts!.Inputs.Concat(one.Outcome.Facts.Outputs).Zip(several.Outcome.Facts!.Inputs.Concat(several.Outcome.Facts.Outputs)))
        {
            Assert.Equal((expected.Name, expected.Dtype, expected.Scale, expected.ZeroPoint), (actual.Name, actual.Dtype, actual.Scale, actual.ZeroPoint));
        }
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
