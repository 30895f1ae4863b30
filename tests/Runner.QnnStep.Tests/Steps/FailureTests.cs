using Onnx.Model;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.Toolchains;
using TestKit;

namespace Runner.QnnStep.Tests;

/// <summary>What cannot be compiled ends with a code, before the vendor's library where that can be known.</summary>
public sealed class FailureTests
{
    [Fact]
    public async Task Run_UnsupportedOperators_AreAllNamed()
    {
        var refusals = await RefusalsAsync(build =>
        {
            build.Input("x", 1, 4, 4);
            build.Add("Det", "first", "d", ["x"]);
            build.Add("Relu", "act", "r", ["x"]);
            build.Add("Det", "second", "e", ["r"]);
            build.Add("Add", "sum", "y", ["d", "e"]);
        }, [1], 57);
        Assert.All(refusals, refusal => Assert.Equal(FailureCode.QnnUnsupported, refusal.Code));
        Assert.Contains(refusals, refusal => refusal.Subject == "first" && refusal.Message.Contains("Det", StringComparison.Ordinal));
        Assert.Contains(refusals, refusal => refusal.Subject == "second");
    }

    /// <summary>The library says nothing about some of what it refuses: the names are found all the same, in every form.</summary>
    [Theory]
    [InlineData(ModelForm.QnnContextBinary, 57)]
    [InlineData(ModelForm.QnnDlc, 57)]
    public async Task Run_OperatorsThatTheLibraryRefusesInSilence_AreNamed(ModelForm form, int soc)
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        var build = new NetworkBuilder(1);
        build.Input("x", 1, 4, 8, 8);
        foreach (var (name, input, output) in new[] { ("first", "x", "a"), ("second", "b", "y") })
        {
            build.Add("ConvTranspose", name, output, [input, build.Weights($"{name}/w", 4, 4, 4, 3, 3)], AttributeProto.From("dilations", [3L, 3]));
        }

        build.Add("Relu", "act", "b", ["a"]);
        var product = await QnnToolchain.CompileAsync(folder, build.Finish("g", ("y", [1, 4, 20, 20])), form, "", soc);
        Assert.All(product.Outcome.Refusals, refusal => Assert.Equal(FailureCode.QnnUnsupported, refusal.Code));
        Assert.Equal(["first", "second"], product.Outcome.Refusals.Select(refusal => refusal.Subject!).Order());
        Assert.All(product.Outcome.Refusals, refusal => Assert.Contains("ConvTranspose", refusal.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_RankSix_IsRefused() => Assert.Equal(FailureCode.QnnRankUnsupported, (await RefusalsAsync(build =>
    {
        build.Input("x", 1, 2, 2, 2, 2, 2);
        build.Add("Relu", "act", "y", ["x"]);
    }, [1, 2, 2, 2, 2, 2], 57))[0].Code);

    [Fact]
    public async Task Run_RankSixInside_IsNamedWithItsNode()
    {
        var refusals = await RefusalsAsync(build =>
        {
            build.Input("x", 1, 8, 8);
            build.Add("Reshape", "split", "s", ["x", build.Shape("shape", 1, 2, 2, 2, 2, 4)]);
            build.Add("Sigmoid", "act", "t", ["s"]);
            build.Add("Reshape", "join", "y", ["t", build.Shape("back", 1, 64)]);
        }, [1, 64], 57);
        Assert.Contains(refusals, refusal => refusal.Code == FailureCode.QnnUnsupported && refusal.Message.Contains("6 dimensions", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_FloatOnAnIntegerChip_IsRefused() => Assert.Equal(FailureCode.QnnFloatUnsupported, (await RefusalsAsync(Simple, [1, 8], 93))[0].Code);

    [Fact]
    public async Task Run_FloatOnSoc30_IsRefused() => Assert.Equal(FailureCode.QnnFloatUnsupported, (await RefusalsAsync(Simple, [1, 8], 30))[0].Code);

    [Fact]
    public async Task Run_NoChip_IsRefused() => Assert.Equal(FailureCode.QnnSocRequired, (await RefusalsAsync(Simple, [1, 8]))[0].Code);

    [Fact]
    public async Task Run_OtherQairtVersion_IsRefused()
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        var product = await QnnToolchain.CompileAsync(folder, SmallNetworks.Convolutions(), ModelForm.QnnContextBinary, "--qairt_version 2.31", 57);
        Assert.Equal(FailureCode.QnnVersionMismatch, Assert.Single(product.Outcome.Refusals).Code);
    }

    [Fact]
    public async Task Run_WideWeightsOnV69_AreRefused()
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        string source = folder.File("float.onnx"), quantized = folder.File("qdq.onnx");
        OnnxFile.Save(SmallNetworks.Convolutions(), source);
        await Qdq.WriteAsync(source, quantized, 16, 16);
        Assert.Equal(FailureCode.QnnPrecisionUnsupported, (await QnnToolchain.CompileAsync(folder, quantized, ModelForm.QnnDlc, "", 36)).Outcome.Refusals[0].Code);
        Assert.Empty((await QnnToolchain.CompileAsync(folder, quantized, ModelForm.QnnContextBinary, "", 57)).Outcome.Refusals);
    }

    [Fact]
    public async Task Run_OpenDimension_IsRefusedAndFixedBySpec()
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        var model = SmallNetworks.Convolutions();
        model.Graph.Inputs[0] = ValueInfoProto.Tensor("image", DataType.Float, "batch", 3, 16, 16);
        model.Graph.Outputs[0] = ValueInfoProto.Tensor("scores", DataType.Float, "batch", 10);
        var product = await QnnToolchain.CompileAsync(folder, model, ModelForm.QnnContextBinary, "", 57);
        Assert.Equal(FailureCode.QnnShapeDynamic, product.Outcome.Refusals[0].Code);

        File.Move(folder.File("tiny.onnx"), Path.Combine(Directory.CreateDirectory(folder.File("in")).FullName, "tiny.onnx"));
        var compile = new QnnCompile { Model = "in/tiny.onnx", Output = "out.bin", Product = QnnProduct.ContextBinary, Socs = { new QnnSoc { Id = 57, Arch = 75 } } };
        compile.InputSpecs.Add(new Platform.Contracts.Hub.V1.TensorSpec { Name = "image", Dtype = "float32", Shape = { 2, 3, 16, 16 } });
        var run = await QnnToolchain.AskAsync(folder, new QnnRequest { Compile = compile });
        Assert.Empty(run.Refusals);
        Assert.Equal([2, 3, 16, 16], run.Response!.Graphs[0].Inputs[0].Shape);
    }

    [Fact]
    public async Task Run_DoubleInput_IsRefused()
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        var model = SmallNetworks.Convolutions();
        model.Graph.Inputs[0] = ValueInfoProto.Tensor("image", DataType.Double, 1, 3, 16, 16);
        var product = await QnnToolchain.CompileAsync(folder, model, ModelForm.QnnContextBinary, "", 57);
        Assert.Contains(product.Outcome.Refusals, refusal => refusal.Code == FailureCode.QnnTypeUnsupported);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    public async Task Run_TruncatedModel_IsRefused(int bytes)
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        string path = folder.File("cut.onnx"), whole = folder.File("whole.onnx");
        OnnxFile.Save(SmallNetworks.Convolutions(), whole);
        await File.WriteAllBytesAsync(path, (await File.ReadAllBytesAsync(whole, TestContext.Current.CancellationToken))[..bytes], TestContext.Current.CancellationToken);
        var product = await QnnToolchain.CompileAsync(folder, path, ModelForm.QnnContextBinary, "", 57);
        Assert.Equal(FailureCode.ModelUnreadable, Assert.Single(product.Outcome.Refusals).Code);
    }

    [Fact]
    public async Task Run_UnknownOperator_IsRefused()
    {
        var refusals = await RefusalsAsync(build =>
        {
            build.Input("x", 1, 8);
            build.Add("NoSuchOperator", "odd", "y", ["x"]);
        }, [1, 8], 57);
        Assert.Equal(FailureCode.QnnUnsupported, refusals[0].Code);
    }

    [Fact]
    public async Task Run_RandomBytes_AreRefused()
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        byte[] bytes = new byte[5000];
        new Random(3).NextBytes(bytes);
        await File.WriteAllBytesAsync(folder.File("random.onnx"), bytes, TestContext.Current.CancellationToken);
        var product = await QnnToolchain.CompileAsync(folder, folder.File("random.onnx"), ModelForm.QnnContextBinary, "", 57);
        Assert.Equal(FailureCode.ModelUnreadable, Assert.Single(product.Outcome.Refusals).Code);
    }

    [Theory]
    [InlineData("missing weights", FailureCode.ModelUnreadable)]
    [InlineData("undefined tensor", FailureCode.ModelUnreadable)]
    [InlineData("unknown domain", FailureCode.QnnUnsupported)]
    [InlineData("opset too new", FailureCode.ModelUnreadable)]
    public async Task Run_ModelThatOnnxRuntimeRefuses_IsRefused(string fault, FailureCode code)
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        var model = SmallNetworks.Convolutions();
        var node = model.Graph.Nodes[1];
        switch (fault)
        {
            case "undefined tensor":
                node.Inputs[0] = "nope";
                break;
            case "unknown domain":
                node.Domain = "my.domain";
                model.OpsetImports.Add(new OperatorSetId("my.domain", 1));
                break;
            case "opset too new":
                model.OpsetImports[0] = new OperatorSetId("", 99);
                break;
        }

        OnnxFile.Save(model, folder.File("m.onnx"), fault == "missing weights" ? 64 : null);
        var product = await QnnToolchain.CompileAsync(folder, folder.File("m.onnx"), ModelForm.QnnContextBinary, "", 57);
        TestContext.Current.SendDiagnosticMessage(string.Join(" | ", product.Outcome.Refusals.Select(refusal => $"{refusal.Code}: {refusal.Message}")));
        Assert.Equal(code, product.Outcome.Refusals[0].Code);
        Assert.False(File.Exists(product.Path));
    }

    [Fact]
    public async Task Run_DoubleInside_IsNamedWithItsNode()
    {
        var refusals = await RefusalsAsync(build =>
        {
            build.Input("x", 1, 8);
            build.Add("Cast", "widen", "d", ["x"], AttributeProto.From("to", (long)DataType.Double));
            build.Add("Erf", "odd", "e", ["d"]);
            build.Add("Cast", "narrow", "y", ["e"], AttributeProto.From("to", (long)DataType.Float));
        }, [1, 8], 57);
        Assert.All(refusals, refusal => Assert.Equal(FailureCode.QnnTypeUnsupported, refusal.Code));
        Assert.Contains(refusals, refusal => refusal.Subject == "odd" && refusal.Message.Contains("float64", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_NothingToCompute_IsRefused()
    {
        var refusals = await RefusalsAsync(build =>
        {
            build.Input("x", 1, 8);
            build.Constant("c", [1, 8], 2);
            build.Add("Identity", "same", "y", ["c"]);
        }, [1, 8], 57);
        Assert.Equal(FailureCode.QnnUnsupported, refusals[0].Code);
    }

    /// <summary>Integer inputs and outputs need the fallback to the CPU: what falls back is refused all the same, with its name.</summary>
    [Theory]
    [InlineData(ModelForm.QnnContextBinary)]
    [InlineData(ModelForm.PrecompiledQnnOnnx)]
    [InlineData(ModelForm.QnnDlc)]
    public async Task Run_QuantizedIoWithAnOperatorThatFallsBack_IsRefused(ModelForm form)
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        var build = new NetworkBuilder(1);
        build.Input("x", 1, 4, 4);
        build.Add("Relu", "act", "r", ["x"]);
        build.Add("Det", "odd", "y", ["r"]);
        var product = await QnnToolchain.CompileAsync(folder, build.Finish("g", ("y", [1])), form, "--quantize_io", 57);
        Assert.Contains(product.Outcome.Refusals, refusal => refusal.Code == FailureCode.QnnUnsupported && refusal.Message.Contains("Det", StringComparison.Ordinal));
        Assert.False(File.Exists(product.Path));
    }

    private static void Simple(NetworkBuilder build)
    {
        build.Input("x", 1, 8);
        build.Add("Relu", "act", "y", ["x"]);
    }

    private static async Task<IReadOnlyList<Refusal>> RefusalsAsync(Action<NetworkBuilder> fill, long[] output, params int[] socs)
    {
        await QnnToolchain.RequireAsync();
        using var folder = new TempFolder();
        var build = new NetworkBuilder(1);
        fill(build);
        var product = await QnnToolchain.CompileAsync(folder, build.Finish("g", ("y", output)), ModelForm.QnnContextBinary, "", socs);
        Assert.NotEmpty(product.Outcome.Refusals);
        Assert.False(File.Exists(product.Path));
        TestContext.Current.SendDiagnosticMessage(string.Join(" | ", product.Outcome.Refusals.Select(refusal => $"{refusal.Code}: {refusal.Message}")));
        return product.Outcome.Refusals;
    }
}
