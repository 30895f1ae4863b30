using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Onnx.Model;
using TestKit;
using TestKit.Oracles;

namespace Runner.QnnStep.Tests;

/// <summary>The command line, as a process of its own, without any hub.</summary>
public sealed class OfflineTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ConvertLinkInspect_WithoutAHub_Work()
    {
        await QnnToolchain.RequireAsync();
        string source = Model("tiny"), binary = _folder.File("m.bin"), dlc = _folder.File("m.dlc"), linked = _folder.File("l.bin");
        var converted = await HubAsync("convert", source, "--target_runtime", "qnn_context_binary", "--device-attr", "chipset:qualcomm-snapdragon-8gen3", "-o", binary);
        Assert.True(converted.ExitCode == 0, converted.Error);
        Assert.Contains("parity", converted.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await HubAsync("convert", source, "--device-attr", "soc-model:57", "-o", dlc)).ExitCode);
        var link = await HubAsync("link", dlc, "-o", linked, "--device-attr", "soc-model:57");
        Assert.True(link.ExitCode == 0, link.Error);
        var facts = JsonNode.Parse((await HubAsync("inspect", linked, "--json")).Output)!;
        Assert.Equal("57", (string?)facts["metadata"]!["QNN_CONTEXT_BIN_SOC_MODEL"]);
        Assert.Equal("image", (string?)facts["inputs"]![0]!["name"]);
        Assert.Equal(64, ((string)facts["sha256"]!).Length);
    }

    [Fact]
    public async Task Inspect_PrecompiledOnnx_SaysWhatItsBinarySays()
    {
        await QnnToolchain.RequireAsync();
        string source = Model("tiny"), quantized = _folder.File("qdq.onnx"), product = _folder.File("p.onnx.zip");
        await Qdq.WriteAsync(source, quantized, 8);
        var converted = await HubAsync("convert", quantized, "-o", product, "--target_runtime", "precompiled_qnn_onnx", "--options", "--quantize_io", "--device-attr", "soc-model:57");
        Assert.True(converted.ExitCode == 0, converted.Error);
        Assert.Contains("parity", converted.Output, StringComparison.Ordinal);
        var facts = JsonNode.Parse((await HubAsync("inspect", product, "--json")).Output)!;
        Assert.Equal(("PrecompiledQnnOnnx", "SM8650", "v75", "inside"), ((string?)facts["form"], (string?)facts["metadata"]!["soc"], (string?)facts["metadata"]!["QNN_CONTEXT_BIN_HEXAGON_VERSION"], (string?)facts["metadata"]!["context_binary"]));
        Assert.Equal(("image", "uint8"), ((string?)facts["inputs"]![0]!["name"], (string?)facts["inputs"]![0]!["dtype"]));
        Assert.True((double)facts["inputs"]![0]!["scale"]! > 0);
    }

    /// <summary>The file that the publisher gives out instead of its unpacked folder: the same bytes, the same figures, unpacked once.</summary>
    [Fact]
    public async Task ConvertInspectVerify_WithAWheel_DoWhatTheyDoWithAFolder()
    {
        await QnnToolchain.RequireAsync();
        string wheel = QnnWheel.Write(QnnMaterial.Root!, _folder.Path), source = Model("tiny");
        async Task<(string Bytes, string Parity, string Facts, string Figures)> EverythingAsync(string mount, string name)
        {
            string binary = _folder.File(name);
            var converted = await HubAsync(["convert", source, "-o", binary, "--device-attr", "soc-model:57", "--json"], mount);
            Assert.True(converted.ExitCode == 0, converted.Error);
            var verified = await HubAsync(["verify", source, binary, "--limit", "50", "--json"], mount);
            Assert.True(verified.ExitCode == 0, verified.Error);
            var inspected = await HubAsync(["inspect", binary, "--json"], mount);
            Assert.True(inspected.ExitCode == 0, inspected.Error);
            var parity = JsonNode.Parse(converted.Output)!["parity"]!;
            Assert.True((bool)parity["taken"]!, converted.Output);
            return (Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(binary))), $"{parity["worst_snr_db"]}", inspected.Output, $"{JsonNode.Parse(verified.Output)!["worst_snr_db"]}");
        }

        Assert.Equal(await EverythingAsync(QnnMaterial.Root!, "folder.bin"), await EverythingAsync(wheel, "wheel.bin"));
        Assert.Single(Directory.GetDirectories(_folder.File("cache/hub")));
    }

    [Fact]
    public async Task Convert_ExportedProgram_ReachesQnn()
    {
        await QnnToolchain.RequireAsync();
        string binary = _folder.File("digits.bin");
        var run = await HubAsync("convert", RepositoryRoot.Combine("samples", "digits", "digits.pt2"), "-o", binary, "--device-attr", "soc-model:43", "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.True(new FileInfo(binary).Length > 1000);
    }

    [Theory]
    [InlineData("QNN_SOC_UNKNOWN", "--device-attr", "chipset:SM9999")]
    [InlineData("QNN_ARCH_MISMATCH", "--device-attr", "soc-model:57", "--device-attr", "hexagon:v79")]
    [InlineData("STEP_NOT_MOUNTED", "--device-attr", "soc-model:57")]
    public async Task Convert_ThatCannotWork_SaysWhy(string code, params string[] arguments)
    {
        var run = await HubAsync(["convert", Model("m"), "-o", _folder.File("x.bin"), .. arguments], mount: "");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(code, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("x.bin")));
    }

    private string Model(string name)
    {
        string path = _folder.File(name + ".onnx");
        OnnxFile.Save(SmallNetworks.Convolutions(name), path);
        return path;
    }

    private Task<ProcessRun> HubAsync(params string[] arguments) => HubAsync(arguments, QnnMaterial.Root ?? "");

    private Task<ProcessRun> HubAsync(string[] arguments, string mount)
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Name, runners = Directory.CreateDirectory(_folder.File("runners")).FullName;
        string Binaries(string project) => RepositoryRoot.Combine("artifacts", "bin", project, configuration);
        foreach (var (name, project) in new[] { ("qnn-step", "Runner.QnnStep"), ("model-runner", "Runner.Model") })
        {
            if (!Directory.Exists(Path.Combine(runners, name)))
            {
                Directory.CreateSymbolicLink(Path.Combine(runners, name), Binaries(project));
            }
        }

        var environment = new Dictionary<string, string> { ["HUB_RUNNERS"] = runners, ["HUB_QNN_ROOT"] = mount, ["HUB_TOOLCHAINS"] = "", ["XDG_CACHE_HOME"] = _folder.File("cache") };
        return ProcessRun.RunAsync(Path.Combine(Binaries("Hub.Cli"), "hub"), arguments, environment);
    }
}
