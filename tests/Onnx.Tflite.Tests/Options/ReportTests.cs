using Onnx.Model;

namespace Onnx.Tflite.Tests;

public sealed class ReportTests
{
    [Fact]
    public async Task Convert_MobileNetV2_ReportsNodesTransposesAndFigures()
    {
        using var file = OnnxFile.Open(await TorchvisionModels.GetAsync("mobilenet_v2", 17));
        var report = TfliteConverter.Convert(file.Model, new ConvertOptions(), TestContext.Current.CancellationToken).Report;
        Assert.Equal(file.Model.Graph.Nodes.Count, report["nodes"]!.AsArray().Count);
        Assert.Contains("CONV_2D", report["nodes"]!.AsArray().First(node => node!["op_type"]!.GetValue<string>() == "Conv")!["operators"]!.AsArray().Select(name => name!.GetValue<string>()));
        var transpose = Assert.Single(report["transposes"]!.AsArray());
        Assert.Contains("--force_channel_last_input", transpose!["reason"]!.GetValue<string>(), StringComparison.Ordinal);
        // The published figures of the network: 300 million multiply-adds, 3.5 million parameters.
        Assert.InRange(report["multiply_adds"]!.GetValue<double>(), 300e6, 310e6);
        Assert.InRange(report["parameters"]!.GetValue<double>(), 3.48e6, 3.6e6);
        Assert.InRange(report["peak_activation_bytes"]!.GetValue<double>(), 4 * 96 * 112 * 112, 3 * 4 * 96 * 112 * 112);
        Assert.Equal(0, report["placement"]!["xnnpack"]!["left"]!.GetValue<int>());
    }

    [Fact]
    public async Task Convert_ForOldRuntime_WritesOlderFormsOrRefuses()
    {
        using var file = OnnxFile.Open(await TorchvisionModels.GetAsync("convnext_tiny", 17));
        var old = TfliteConverter.Convert(file.Model, new ConvertOptions { MinRuntime = new RuntimeVersionNumber(2, 8) }, TestContext.Current.CancellationToken);
        Assert.NotNull(old.Product);
        Assert.Null(old.Report["operators"]!["GELU"]);
        var ancient = TfliteConverter.Convert(file.Model, new ConvertOptions { MinRuntime = new RuntimeVersionNumber(1, 14) }, TestContext.Current.CancellationToken);
        Assert.Null(ancient.Product);
        Assert.All(ancient.Refusals, refusal => Assert.Equal(ReasonCode.RuntimeTooOld, refusal.Code));
    }

    [Fact]
    public async Task Convert_ChannelLastInput_HasNoTranspose()
    {
        using var file = OnnxFile.Open(await TorchvisionModels.GetAsync("mobilenet_v2", 17));
        var result = TfliteConverter.Convert(file.Model, new ConvertOptions { ChannelLastInputs = ["image"] }, TestContext.Current.CancellationToken);
        Assert.Empty(result.Report["transposes"]!.AsArray());
        Assert.Equal("1,224,224,3", string.Join(',', result.Product!.Main.Inputs[0].Shape));
    }
}
