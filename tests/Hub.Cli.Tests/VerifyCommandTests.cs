using System.Text.Json;
using Onnx.Model;
using TestKit;
using TestKit.Oracles;

namespace Hub.Cli.Tests;

public sealed class VerifyCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public VerifyCommandTests()
    {
        RuntimeLibraries.RequireLiteRt();
        string runners = Directory.CreateDirectory(_folder.File("runners")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(runners, "model-runner"), Path.GetDirectoryName(RuntimeLibraries.ModelRunner.Path)!);
        Environment.SetEnvironmentVariable("HUB_RUNNERS", runners);
        Environment.SetEnvironmentVariable("HUB_LITERT_LIB", RuntimeLibraries.LiteRt);
    }

    [Fact]
    public async Task Convert_Tflite_IsVerifiedUnlessToldNotTo()
    {
        Save("m.onnx", 2);
        var verified = await RunAsync("convert", _folder.File("m.onnx"), "-o", _folder.File("m.tflite"), "--report", _folder.File("r.json"));
        Assert.True(verified.Code == 0, verified.Error);
        Assert.Contains("parity", verified.Output, StringComparison.Ordinal);
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(_folder.File("r.json"), TestContext.Current.CancellationToken));
        Assert.True(report.RootElement.GetProperty("parity").GetProperty("passed").GetBoolean());
        Assert.Equal(3, report.RootElement.GetProperty("parity").GetProperty("samples").GetInt32());

        var unverified = await RunAsync("convert", _folder.File("m.onnx"), "-o", _folder.File("n.tflite"), "--no-verify");
        Assert.DoesNotContain("parity", unverified.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_SameModel_ExitsWithZeroAndPrintsFigures()
    {
        Save("m.onnx", 2);
        await RunAsync("convert", _folder.File("m.onnx"), "-o", _folder.File("m.tflite"), "--no-verify");
        var run = await RunAsync("verify", _folder.File("m.onnx"), _folder.File("m.tflite"), "--json");
        Assert.True(run.Code == 0, run.Error);
        using var json = JsonDocument.Parse(run.Output);
        Assert.Equal("y", json.RootElement.GetProperty("outputs")[0].GetProperty("name").GetString());
        Assert.True(json.RootElement.GetProperty("passed").GetBoolean());
        Assert.Contains("y", (await RunAsync("verify", _folder.File("m.onnx"), _folder.File("m.tflite"))).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_OtherModel_NamesTheFirstBadOperator()
    {
        Save("m.onnx", 2);
        Save("other.onnx", 3);
        await RunAsync("convert", _folder.File("other.onnx"), "-o", _folder.File("other.tflite"), "--no-verify");
        var run = await RunAsync("verify", _folder.File("m.onnx"), _folder.File("other.tflite"));
        Assert.Equal(2, run.Code);
        Assert.StartsWith("PARITY_MISMATCH", run.Error, StringComparison.Ordinal);
        Assert.Contains("scale (Mul)", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_NoModel_SaysWhatIsWrong()
    {
        await File.WriteAllTextAsync(_folder.File("m.onnx"), "no model", TestContext.Current.CancellationToken);
        File.Copy(_folder.File("m.onnx"), _folder.File("m.tflite"));
        var run = await RunAsync("verify", _folder.File("m.onnx"), _folder.File("m.tflite"));
        Assert.Equal(2, run.Code);
        Assert.StartsWith("MODEL_LOAD_FAILED", run.Error, StringComparison.Ordinal);
        Assert.Equal(64, (await RunAsync("verify", _folder.File("m.onnx"), _folder.File("missing.tflite"))).Code);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("HUB_RUNNERS", null);
        Environment.SetEnvironmentVariable("HUB_LITERT_LIB", null);
        _folder.Dispose();
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        int code = await HubCommand.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }

    private void Save(string name, float factor)
    {
        var graph = new GraphProto
        {
            Name = "g",
            Inputs = { ValueInfoProto.Tensor("x", DataType.Float, 2, 4) },
            Outputs = { ValueInfoProto.Tensor("y", DataType.Float, 2, 4) },
            Initializers = { TensorProto.Create<float>("k", DataType.Float, [1], [factor]) },
            Nodes =
            {
                new NodeProto { OpType = "Sigmoid", Name = "act", Inputs = { "x" }, Outputs = { "a" } },
                new NodeProto { OpType = "Mul", Name = "scale", Inputs = { "a", "k" }, Outputs = { "b" } },
                new NodeProto { OpType = "Tanh", Name = "end", Inputs = { "b" }, Outputs = { "y" } },
            },
        };
        OnnxFile.Save(new ModelProto { Graph = graph, OpsetImports = { new OperatorSetId("", 17) } }, _folder.File(name));
    }
}
