using Onnx.Model;
using Platform.Contracts.Hub.V1;
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
