using System.IO.Compression;
using System.Text.Json;
using Onnx.Model;
using TestKit;

namespace Hub.Cli.Tests;

/// <summary>hub convert on PyTorch's exported programs.</summary>
public sealed class ConvertExportedProgramTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static string Sample => RepositoryRoot.Combine("samples", "digits", "digits.pt2");

    [Fact]
    public async Task Convert_Pt2ToOnnx_KeepsNamesAndReportsTheStep()
    {
        string product = _folder.File("digits.onnx");
        string report = _folder.File("report.json");
        var run = await RunAsync("convert", Sample, "-o", product, "--report", report);

        Assert.True(run.Code == 0, run.Error);
        using var model = OnnxFile.Open(product);
        Assert.Equal("image", Assert.Single(model.Model.Graph.Inputs).Name);
        Assert.Equal("logits", Assert.Single(model.Model.Graph.Outputs).Name);
        using var json = JsonDocument.Parse(await File.ReadAllBytesAsync(report, TestContext.Current.CancellationToken));
        var step = Assert.Single(json.RootElement.GetProperty("steps").EnumerateArray());
        Assert.Equal("pt2-to-onnx", step.GetProperty("step").GetString());
        Assert.StartsWith("not taken", step.GetProperty("report").GetProperty("parity").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_Pt2WithOpset_WritesThatOpset()
    {
        string product = _folder.File("digits17.onnx");
        var run = await RunAsync("convert", Sample, "-o", product, "--options", "--onnx_opset 17");
        Assert.True(run.Code == 0, run.Error);
        using var model = OnnxFile.Open(product);
        Assert.Equal(17, model.Model.OpsetVersion(OnnxDomain.Standard));
        Assert.Equal(2, (await RunAsync("convert", Sample, "-o", product, "--options", "--onnx_opset 16")).Code);
    }

    [Fact]
    public async Task Convert_Pt2ToTflite_RunsBothSteps()
    {
        string product = _folder.File("digits.tflite");
        var run = await RunAsync("convert", Sample, "-o", product);

        Assert.True(run.Code == 0, run.Error);
        byte[] head = (await File.ReadAllBytesAsync(product, TestContext.Current.CancellationToken))[..8];
        Assert.Equal("TFL3"u8.ToArray(), head[4..]);
    }

    [Theory]
    [InlineData("nope:1x1x8x8", "INPUT_SPEC_UNKNOWN_NAME")]
    [InlineData("image:1x1x8", "INPUT_SPEC_RANK_MISMATCH")]
    [InlineData("image:1x1x8x9", "INPUT_SPEC_DIMENSION_MISMATCH")]
    [InlineData("image:1x1x8x8:int64", "INPUT_SPEC_TYPE_MISMATCH")]
    public async Task Convert_Pt2WithWrongInputSpec_IsRefusedWithItsCode(string spec, string code)
    {
        var run = await RunAsync("convert", Sample, "-o", _folder.File("x.onnx"), "--input", spec);
        Assert.Equal(2, run.Code);
        Assert.StartsWith(code, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_DynamicPt2WithInputSpec_BecomesStatic()
    {
        string source = Path.Combine(SharedMaterial.Require("testdata", "pt2", "ops", "dyn_batch_lstm"), "model.pt2");
        string product = _folder.File("fixed.onnx");
        var run = await RunAsync("convert", source, "-o", product, "--input", "x:3x5x4");

        Assert.True(run.Code == 0, run.Error);
        using var model = OnnxFile.Open(product);
        Assert.Equal([3, 5, 4], ((TypeProto.Tensor)Assert.Single(model.Model.Graph.Inputs).Type).Shape!.Select(size => size.Value));
    }

    [Fact]
    public async Task Convert_CutPt2_IsUnreadable()
    {
        string cut = _folder.File("cut.pt2");
        byte[] bytes = await File.ReadAllBytesAsync(Sample, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(cut, bytes[..1000], TestContext.Current.CancellationToken);
        var run = await RunAsync("convert", cut, "-o", _folder.File("x.onnx"));
        Assert.Equal(2, run.Code);
        Assert.StartsWith("MODEL_UNREADABLE/TRUNCATED", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_Pt2WithSeveralPrograms_TakesTheOneThatIsNamed()
    {
        string two = TwoPrograms();
        string product = _folder.File("second.onnx");
        var run = await RunAsync("convert", two, "-o", product);
        Assert.Equal(2, run.Code);
        Assert.StartsWith("MODEL_UNREADABLE/AMBIGUOUS_PROGRAM", run.Error, StringComparison.Ordinal);
        Assert.Contains("--pt2_program", run.Error, StringComparison.Ordinal);

        run = await RunAsync("convert", two, "-o", product, "--options", "--pt2_program second");
        Assert.True(run.Code == 0, run.Error);
        Assert.True(File.Exists(product));
        Assert.Equal(2, (await RunAsync("convert", two, "-o", product, "--options", "--pt2_program third")).Code);
    }

    [Fact]
    public async Task Inspect_Pt2WithSeveralPrograms_NamesThem()
    {
        var run = await RunAsync("inspect", TwoPrograms());
        Assert.True(run.Code == 0, run.Error);
        Assert.Contains("model, second", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Convert_RandomPt2_IsRefusedWithNodeAndAdvice()
    {
        string source = Path.Combine(SharedMaterial.Require("testdata", "pt2", "ops", "randn_zero"), "model.pt2");
        var run = await RunAsync("convert", source, "-o", _folder.File("x.onnx"));
        Assert.Equal(2, run.Code);
        Assert.StartsWith("CONVERSION_REFUSED/RANDOM [randn]", run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    // The sample twice in one package, as torch.export.pt2_archive writes several programs.
    private string TwoPrograms()
    {
        string path = _folder.File("two.pt2");
        File.Copy(Sample, path);
        using var archive = ZipFile.Open(path, ZipArchiveMode.Update);
        foreach (var entry in archive.Entries.Where(entry => entry.Name is "model.json" or "model_weights_config.json" or "model_constants_config.json").ToList())
        {
            using var memory = new MemoryStream();
            using (var source = entry.Open())
            {
                source.CopyTo(memory);
            }

            string name = string.Concat(entry.FullName.AsSpan(0, entry.FullName.Length - entry.Name.Length), "second", entry.Name.AsSpan("model".Length));
            using var target = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
            target.Write(memory.ToArray());
        }

        return path;
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await HubCommand.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
