using System.Text.Json.Nodes;
using Onnx.Model;
using TestKit;

namespace Hub.Cli.Tests;

public sealed class InspectCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Inspect_Onnx_ShowsFormInputsAndOutputs()
    {
        SaveModel();
        var run = await Cli.RunAsync("inspect", Model);

        Assert.True(run.Code == ExitCode.Done, run.Error);
        Assert.Contains("Onnx", run.Output, StringComparison.Ordinal);
        Assert.Matches(@"input\s+x\s+float32\s+\[\?, 4\]", run.Output);
        Assert.Matches(@"output\s+y\s+float32\s+\[\?, 4\]", run.Output);
    }

    [Fact]
    public async Task Inspect_Json_IsReadByPrograms()
    {
        SaveModel();
        var run = await Cli.RunAsync("inspect", Model, "--json");

        var json = JsonNode.Parse(run.Output)!;
        Assert.Equal("Onnx", (string?)json["form"]);
        Assert.Equal(new FileInfo(Model).Length, (long)json["size_bytes"]!);
        Assert.Equal("""{"name":"x","dtype":"float32","shape":[-1,4]}""", json["inputs"]![0]!.ToJsonString());
    }

    [Fact]
    public async Task Inspect_ExportedProgram_IsRecognized()
    {
        var run = await Cli.RunAsync("inspect", RepositoryRoot.Combine("samples", "digits", "digits.pt2"), "--json");
        Assert.True(run.Code == ExitCode.Done, run.Error);
        Assert.Equal("TorchExportedProgram", (string?)JsonNode.Parse(run.Output)!["form"]);
    }

    [Theory]
    [InlineData("m.onnx", "MODEL_UNREADABLE")]
    [InlineData("m.txt", "MODEL_FORM_UNKNOWN")]
    public async Task Inspect_TextFile_IsRefusedWithItsCode(string name, string code)
    {
        await File.WriteAllTextAsync(_folder.File(name), "no model at all", TestContext.Current.CancellationToken);
        var run = await Cli.RunAsync("inspect", _folder.File(name));

        Assert.Equal(ExitCode.Refused, run.Code);
        Assert.StartsWith($"hub: {code}: ", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Inspect_CutModel_IsUnreadable()
    {
        SaveModel();
        byte[] whole = await File.ReadAllBytesAsync(Model, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Model, whole[..(whole.Length - 5)], TestContext.Current.CancellationToken);
        var run = await Cli.RunAsync("inspect", Model);

        Assert.Equal(ExitCode.Refused, run.Code);
        Assert.StartsWith("hub: MODEL_UNREADABLE: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inspect_MissingFile_IsRefused()
    {
        var run = await Cli.RunAsync("inspect", _folder.File("none.onnx"));
        Assert.Equal(ExitCode.Refused, run.Code);
        Assert.Contains("does not exist", run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Model => _folder.File("m.onnx");

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
