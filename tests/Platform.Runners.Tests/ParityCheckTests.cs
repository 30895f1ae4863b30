using Onnx.Model;
using Onnx.Tflite;
using Platform.Contracts.Hub.V1;
using TestKit;
using TestKit.Oracles;

namespace Platform.Runners.Tests;

public sealed class ParityCheckTests : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly RunnerClient _client = RunnerClient.Start(RuntimeLibraries.ModelRunner);

    [Fact]
    public async Task RunAsync_ConvertedModel_IsCloseAndHasNoBadOperator()
    {
        RuntimeLibraries.RequireLiteRt();
        var request = Request(SmallNetwork.Create(), Convert(SmallNetwork.Create(), []));
        var report = await ParityCheck.RunAsync(_client, request, TestContext.Current.CancellationToken);
        var output = Assert.Single(report.Outputs);
        Assert.Equal("scores", output.Name);
        Assert.True(report.WorstSnrDb >= 80, report.ToJson().ToJsonString());
        Assert.True(output.Cosine > 0.999999);
        Assert.Null(await FirstBadOperator.FindAsync(_client, request, 60, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task RunAsync_ChannelLastInput_IsTransposedForTheProduct()
    {
        RuntimeLibraries.RequireLiteRt();
        var report = await ParityCheck.RunAsync(_client, Request(SmallNetwork.Create(), Convert(SmallNetwork.Create(), ["image"])), TestContext.Current.CancellationToken);
        Assert.True(report.WorstSnrDb >= 80, report.ToJson().ToJsonString());
    }

    [Fact]
    public async Task FindAsync_ProductOfAnotherModel_NamesTheFirstOperatorThatDiffers()
    {
        RuntimeLibraries.RequireLiteRt();
        var request = Request(SmallNetwork.Create(), Convert(SmallNetwork.Create(secondBias: 0.2f), []));
        var report = await ParityCheck.RunAsync(_client, request, TestContext.Current.CancellationToken);
        Assert.False(report.Meets(ParityReport.Float32LimitDb));
        var bad = await FirstBadOperator.FindAsync(_client, request, ParityReport.Float32LimitDb, TestContext.Current.CancellationToken);
        Assert.NotNull(bad);
        Assert.Equal("CONV_2D", bad.Type);
        Assert.Equal("second (Conv)", bad.SourceNode);
    }

    [Fact]
    public async Task FindAsync_OnnxProduct_NamesTheNode()
    {
        string product = _folder.File("other.onnx");
        OnnxFile.Save(SmallNetwork.Create(secondBias: 0.2f), product);
        var bad = await FirstBadOperator.FindAsync(_client, Request(SmallNetwork.Create(), product), 60, TestContext.Current.CancellationToken);
        Assert.Equal("c", bad?.Tensor);
    }

    [Theory]
    [InlineData(DataType.Int64)]
    [InlineData(DataType.Int32)]
    [InlineData(DataType.UInt8)]
    [InlineData(DataType.Int8)]
    public async Task RunAsync_IntegerInput_IsGivenIntegers(DataType type)
    {
        var model = new ModelProto
        {
            IrVersion = 8,
            OpsetImports = { new OperatorSetId("", 17) },
            Graph = new GraphProto
            {
                Name = "integers",
                Inputs = { ValueInfoProto.Tensor("ids", type, 1, 64) },
                Outputs = { ValueInfoProto.Tensor("y", DataType.Float, 1, 64) },
                Nodes = { new NodeProto { OpType = "Cast", Name = "cast", Inputs = { "ids" }, Outputs = { "y" }, Attributes = { AttributeProto.From("to", (long)DataType.Float) } } },
            },
        };
        string product = _folder.File("same.onnx");
        OnnxFile.Save(model, product);
        var report = await ParityCheck.RunAsync(_client, Request(model, product), TestContext.Current.CancellationToken);
        Assert.True(report.WorstSnrDb >= ParityReport.Float32LimitDb, report.ToJson().ToJsonString());
    }

    [Fact]
    public async Task RunAsync_ModelsOfOtherInputs_IsAnInputMismatch()
    {
        var other = SmallNetwork.Create();
        other.Graph.Inputs[0] = ValueInfoProto.Tensor("image", DataType.Float, "batch", 3, 9, 6);
        string product = _folder.File("other.onnx");
        OnnxFile.Save(other, product);
        var failure = await Assert.ThrowsAsync<RunnerFailureException>(() => ParityCheck.RunAsync(_client, Request(SmallNetwork.Create(), product), TestContext.Current.CancellationToken));
        Assert.Equal(FailureCode.InputMismatch, failure.Code);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        _folder.Dispose();
    }

    private ParityRequest Request(ModelProto source, string product)
    {
        string path = _folder.File("source.onnx");
        OnnxFile.Save(source, path);
        return new ParityRequest(path, product, SharedFolder.Same(_folder.Path));
    }

    private string Convert(ModelProto model, IReadOnlyList<string> channelLast)
    {
        string path = _folder.File("product.tflite");
        var options = new ConvertOptions { InputShapes = new Dictionary<string, long[]> { ["image"] = [2, 3, 8, 6] }, ChannelLastInputs = channelLast };
        TfliteConverter.Convert(model, options).Product!.Save(path);
        return path;
    }
}
