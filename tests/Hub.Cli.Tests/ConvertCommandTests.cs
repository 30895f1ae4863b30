using System.Text.Json;
using Onnx.Model;
using TestKit;

namespace Hub.Cli.Tests;

public sealed class ConvertCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Convert_OnnxToOnnx_PinsInputsAndRenamesOutputs()
    {
        SaveModel();
        var run = await RunAsync("convert", Model, "-o", Product, "--input", "x:2x4", "--options", "--output_names z");

        Assert.True(run.Code == 0, run.Error);
        using var product = OnnxFile.Open(Product);
        Assert.Equal("2,4", string.Join(',', ((TypeProto.Tensor)product.Model.Graph.Inputs[0].Type).Shape!));
        Assert.Equal("z", Assert.Single(product.Model.Graph.Outputs).Name);
    }

    [Theory]
    [InlineData("y:2x4", "INPUT_SPEC_UNKNOWN_NAME")]
    [InlineData("x:4", "INPUT_SPEC_RANK_MISMATCH")]
    [InlineData("x:2x5", "INPUT_SPEC_DIMENSION_MISMATCH")]
    [InlineData("x:2x4:int32", "INPUT_SPEC_TYPE_MISMATCH")]
    [InlineData("x", "INPUT_SPEC_INVALID")]
    public async Task Convert_WrongInputSpec_IsRefusedWithItsCode(string spec, string code)
    {
        SaveModel();
        var run = await RunAsync("convert", Model, "-o", Product, "--input", spec);

        Assert.Equal(2, run.Code);
        Assert.StartsWith(code, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Product));
    }

    [Fact]
    public async Task Convert_Json_PrintsRefusalsAsJson()
    {
        SaveModel();
        var run = await RunAsync("convert", Model, "-o", Product, "--options", "--nope", "--json");

        Assert.Equal(2, run.Code);
        using var json = JsonDocument.Parse(run.Error);
        Assert.Equal("OPTION_UNKNOWN", json.RootElement.GetProperty("refusals")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task Convert_BrokenModel_IsUnreadable()
    {
        await File.WriteAllTextAsync(Model, "no model at all", TestContext.Current.CancellationToken);
        var run = await RunAsync("convert", Model, "-o", Product);
        Assert.Equal(2, run.Code);
        Assert.StartsWith("MODEL_UNREADABLE", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("convert")]
    [InlineData("convert", "missing.onnx", "-o", "x.onnx")]
    [InlineData("no-such-command")]
    public async Task Run_WrongCommandLine_ExitsWithUsage(params string[] arguments) => Assert.Equal(64, (await RunAsync(arguments)).Code);

    public void Dispose() => _folder.Dispose();

    private string Model => _folder.File("m.onnx");

    private string Product => _folder.File("p.onnx");

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await HubCommand.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }

    private void SaveModel()
    {
        var graph = new GraphProto
        {
            Name = "g",
            Inputs = { ValueInfoProto.Tensor("x", DataType.Float, "batch", 4) },
            Outputs = { ValueInfoProto.Tensor("y", DataType.Float, "batch", 4) },
            Nodes = { new NodeProto { OpType = "Relu", Inputs = { "x" }, Outputs = { "y" } } },
        };
        OnnxFile.Save(new ModelProto { Graph = graph, OpsetImports = { new OperatorSetId("", 17) } }, Model);
    }
}
