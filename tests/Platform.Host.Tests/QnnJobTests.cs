using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Onnx.Model;
using Onnx.Tflite.Tests;
using Platform.Contracts.Hub.V1;
using Platform.Host.Tests.Hosting;
using Runner.QnnStep.Tests;
using TestKit;
using TestKit.Hub;
using TestKit.Oracles;
using AttachedDevice = Platform.Contracts.Broker.V1.AttachedDevice;

namespace Platform.Host.Tests;

/// <summary>QNN through the whole hub: submission, build node, links, and the emulated Hexagon processor.</summary>
public sealed class QnnJobTests(QnnHub fixture) : IClassFixture<QnnHub>
{
    private const string Emulator = "htp-emulator (SM8650)";

    private static DeviceSelector Chip => new() { Attributes = { "soc-model:57" } };

    private HubProcess Hub => fixture.Require();

    [Fact]
    public async Task QuantizedOnnx_ToDlcToLink_ComputesOnTheEmulatorWhatTheCpuComputes()
    {
        await Python.RequireAsync("h5py", "numpy");
        using var folder = new TempFolder();
        string source = folder.File("float.onnx"), quantized = folder.File("qdq.onnx");
        OnnxFile.Save(SmallNetworks.Convolutions("e2e"), source);
        await Qdq.WriteAsync(source, quantized, 8);
        string dataset = await Hub.UploadDatasetAsync("inputs.npz", Images(3));
        string real = await Hub.UploadModelAsync("float.onnx", await File.ReadAllBytesAsync(source)), model = await Hub.UploadModelAsync("qdq.onnx", await File.ReadAllBytesAsync(quantized));

        // All four are submitted at once: each names what the one before has promised.
        var dlc = await Hub.SubmitAsync(Compile(model, "qnn_dlc", Chip));
        var link = await Hub.SubmitAsync(new JobSpec { Link = new LinkSpec { ModelIds = { dlc.TargetModelId }, Device = Chip } });
        var emulated = await Hub.SubmitAsync(Infer(link.TargetModelId, dataset, Emulator));
        var expected = await Hub.SucceedAsync(Infer(real, dataset, "local-cpu"));
        var ended = await Hub.EndAsync(emulated.JobId);
        Assert.True(ended.State == JobState.Success, ended.Failure?.Message);
        Assert.True(ended.Device.Emulated);

        double snr = await SnrAsync(expected.OutputDatasetId, ended.OutputDatasetId);
        TestContext.Current.SendDiagnosticMessage($"end to end: {snr:0.0} dB");
        Assert.True(snr >= 30, $"{snr} dB");
        var linked = await Hub.Client.GetModelAsync(new GetModelRequest { ModelId = link.TargetModelId });
        Assert.Equal(("57", "false"), (linked.Metadata["QNN_CONTEXT_BIN_SOC_MODEL"], linked.Metadata["weight_sharing"]));
        Assert.Equal(linked.SizeBytes, (double)(await ReportAsync(link.JobId))["link"]!["bytes_after"]!);
    }

    [Fact]
    public async Task ContextBinary_HasItsParityAndIsProfiledWithoutTimes()
    {
        string model = await Hub.UploadModelAsync("tiny.onnx", Bytes(SmallNetworks.Convolutions("profiled")));
        var job = await Hub.SucceedAsync(Compile(model, "qnn_context_binary", new DeviceSelector { Name = Emulator }));
        double snr = (double)(await ReportAsync(job.JobId))["parity"]!["end_to_end"]!["worst_snr_db"]!;
        Assert.True(snr >= 50, $"{snr} dB");

        var profile = await Hub.SucceedAsync(new JobSpec { Profile = new ProfileSpec { ModelId = job.TargetModelId, Device = new DeviceSelector { Name = Emulator } } });
        var result = JsonNode.Parse(JsonFormatter.Default.Format((await Hub.Client.GetJobResultAsync(new GetJobResultRequest { JobId = profile.JobId })).Profile))!;
        Assert.All(result["execution_summary"]!.AsObject(), pair => Assert.True(pair.Value is null || pair.Value is JsonArray { Count: 0 }, pair.Key));
        Assert.NotEmpty(result["execution_detail"]!.AsArray());
        Assert.All(result["execution_detail"]!.AsArray(), row => Assert.Equal(("NPU", null), ((string?)row!["compute_unit"], (double?)row["execution_time"])));
        Assert.True((bool)result["measurement"]!["validity"]!["emulated"]!);
    }

    [Theory]
    [InlineData("digits.pt", "qnn_context_binary")]
    [InlineData("digits.pt2", "qnn_dlc")]
    [InlineData("digits.pt", "precompiled_qnn_onnx")]
    public async Task PyTorchModel_ReachesQnnThroughOnnx(string file, string target)
    {
        string model = await Hub.UploadModelAsync(file, await File.ReadAllBytesAsync(Assets.SampleFile(file)));
        var spec = Compile(model, target, Chip);
        spec.Compile.InputSpecs.Add(HubCalls.Image);
        var job = await Hub.SucceedAsync(spec);
        Assert.Equal(2, job.Steps.Count);
        Assert.StartsWith("v2.", job.Steps[^1].Version, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SameCompileAgain_ComesFromTheCache_AnotherChipDoesNot()
    {
        string model = await Hub.UploadModelAsync("cached.onnx", Bytes(SmallNetworks.Convolutions("cached")));
        var first = await Hub.SucceedAsync(Compile(model, "qnn_context_binary", Chip));
        var second = await Hub.SucceedAsync(Compile(model, "qnn_context_binary", new DeviceSelector { Attributes = { "chipset:qualcomm-snapdragon-8gen3" } }));
        var other = await Hub.SucceedAsync(Compile(model, "qnn_context_binary", new DeviceSelector { Attributes = { "soc-model:43" } }));
        Assert.Equal((false, true, false), (first.CacheHit, second.CacheHit, other.CacheHit));
    }

    [Fact]
    public async Task BinariesThatTheEmulatorCannotRun_AreRefusedAtSubmission()
    {
        string a = await Hub.UploadModelAsync("a.onnx", Bytes(SmallNetworks.Convolutions("one"))), b = await Hub.UploadModelAsync("b.onnx", Bytes(SmallNetworks.Convolutions("two", 24)));
        var shared = await Hub.SucceedAsync(new JobSpec { Link = new LinkSpec { ModelIds = { a, b }, Device = Chip } });
        var several = await Hub.SucceedAsync(Compile(a, "qnn_context_binary", Chip, new DeviceSelector { Attributes = { "soc-model:43" } }));
        var dlc = await Hub.SucceedAsync(Compile(a, "qnn_dlc", Chip));
        var newer = await Hub.SucceedAsync(Compile(a, "qnn_context_binary", new DeviceSelector { Attributes = { "soc-model:69" } }));
        var older = await Hub.SucceedAsync(Compile(a, "qnn_context_binary", new DeviceSelector { Attributes = { "soc-model:43" } }));
        Assert.Equal(FailureCode.QnnEmulatorCannot, await ProfileRefusalAsync(shared.TargetModelId));
        Assert.Equal(FailureCode.QnnEmulatorCannot, await ProfileRefusalAsync(several.TargetModelId));
        Assert.Equal(FailureCode.QnnEmulatorCannot, await ProfileRefusalAsync(dlc.TargetModelId));
        Assert.Equal(FailureCode.QnnArchTooNew, await ProfileRefusalAsync(newer.TargetModelId));
        Assert.Equal(FailureCode.QnnSocMismatch, await ProfileRefusalAsync(older.TargetModelId));
    }

    [Fact]
    public async Task CompiledBinaries_AreLinkedFromTheirSource()
    {
        string a = await Hub.UploadModelAsync("a.onnx", Bytes(SmallNetworks.Convolutions("la"))), b = await Hub.UploadModelAsync("b.onnx", Bytes(SmallNetworks.Convolutions("lb", 24)));
        var first = await Hub.SucceedAsync(Compile(a, "qnn_context_binary", Chip));
        var second = await Hub.SucceedAsync(Compile(b, "precompiled_qnn_onnx", Chip));
        var linked = await Hub.SucceedAsync(new JobSpec { Link = new LinkSpec { ModelIds = { first.TargetModelId, second.TargetModelId }, Device = Chip } });
        var metadata = (await Hub.Client.GetModelAsync(new GetModelRequest { ModelId = linked.TargetModelId })).Metadata;
        Assert.Equal(metadata["QNN_CONTEXT_BIN_GRAPH_NAMES"].Split(',').Order(), new[] { metadata["graph.la"], metadata["graph.lb"] }.Order());
        Assert.Equal(FailureCode.QnnLinkMixed, await HubCalls.RefusedAsync(() => Hub.SubmitAsync(
            new JobSpec { Link = new LinkSpec { ModelIds = { first.TargetModelId }, Device = new DeviceSelector { Attributes = { "soc-model:69" } } } })));
    }

    [Fact]
    public async Task UploadedBinary_IsInspectedByTheVendorsLibrary()
    {
        string model = await Hub.UploadModelAsync("up.onnx", Bytes(SmallNetworks.Convolutions("up")));
        var job = await Hub.SucceedAsync(Compile(model, "qnn_context_binary", Chip));
        byte[] bytes = await Hub.DownloadAsync(await Hub.Client.DownloadModelAsync(new DownloadModelRequest { ModelId = job.TargetModelId }));
        var uploaded = await Hub.OfferModelAsync("up.bin", bytes);
        Assert.Equal(AssetState.Ready, uploaded.State);
        Assert.Equal(ModelType.QnnContextBinary, uploaded.ModelType);
        Assert.Equal("image", Assert.Single(uploaded.Inputs).Name);
        Assert.Equal("57", uploaded.Metadata["QNN_CONTEXT_BIN_SOC_MODEL"]);
        var damaged = await Hub.OfferModelAsync("cut.bin", bytes[..1000]);
        Assert.Equal((AssetState.AssetFailed, FailureCode.QnnBinaryDamaged), (damaged.State, damaged.Failure.Code));
    }

    [Fact]
    public async Task UploadedFileForSeveralChips_NamesThem()
    {
        string model = await Hub.UploadModelAsync("several.onnx", Bytes(SmallNetworks.Convolutions("several")));
        var job = await Hub.SucceedAsync(Compile(model, "qnn_context_binary", Chip, new DeviceSelector { Attributes = { "soc-model:43" } }));
        byte[] bytes = await Hub.DownloadAsync(await Hub.Client.DownloadModelAsync(new DownloadModelRequest { ModelId = job.TargetModelId }));
        var uploaded = await Hub.OfferModelAsync("several.bin", bytes);
        Assert.True(uploaded.State == AssetState.Ready, uploaded.Failure?.Message);
        Assert.Equal((ModelType.QnnContextBinary, "43,57"), (uploaded.ModelType, uploaded.Metadata["QNN_CONTEXT_BIN_SOC_MODEL"]));
    }

    [Theory]
    [InlineData("qnn_context_binary", "soc-model:999", "", FailureCode.QnnSocUnknown)]
    [InlineData("qnn_context_binary", "chipset:qualcomm-snapdragon-9gen9", "", FailureCode.QnnSocUnknown)]
    [InlineData("qnn_context_binary", "soc-model:57 hexagon:v73", "", FailureCode.QnnArchMismatch)]
    [InlineData("qnn_context_binary", "soc-model:93", "", FailureCode.QnnFloatUnsupported)]
    [InlineData("qnn_context_binary", "soc-model:85 htp-supports-fp16:true", "", FailureCode.QnnFloatUnsupported)]
    [InlineData("qnn_context_binary", "", "", FailureCode.QnnSocRequired)]
    [InlineData("qnn_context_binary", "soc-model:57", "--qairt_version 2.31", FailureCode.QnnVersionMismatch)]
    [InlineData("qnn_context_binary", "soc-model:57", "--qairt_version soon", FailureCode.OptionValueInvalid)]
    [InlineData("qnn_context_binary", "soc-model:57", "--compute_unit gpu", FailureCode.OptionConflict)]
    [InlineData("qnn_context_binary", "soc-model:57", "--qnn_options default_graph_htp_vtcm_size=3", FailureCode.OptionValueInvalid)]
    [InlineData("qnn_context_binary", "soc-model:57", "--qnn_options default_graph_htp_num_hvx_threads=4", FailureCode.OptionValueInvalid)]
    [InlineData("qnn_context_binary", "soc-model:57", "--qnn_options no_such_key=1", FailureCode.OptionUnknown)]
    [InlineData("qnn_context_binary", "soc-model:57", "--force_channel_last_input image", FailureCode.OptionConflict)]
    public async Task Submission_ThatCannotWork_IsRefusedWithItsCode(string target, string attributes, string options, FailureCode code)
    {
        string model = await fixture.TinyAsync();
        var spec = Compile(model, target);
        spec.Compile.Options = options;
        if (attributes.Length > 0)
        {
            spec.Compile.Devices.Add(new DeviceSelector { Attributes = { attributes.Split(' ') } });
        }

        Assert.Equal(code, await HubCalls.RefusedAsync(() => Hub.SubmitAsync(spec)));
    }

    [Fact]
    public async Task Link_OfNothingOrMixedForms_IsRefused()
    {
        string model = await fixture.TinyAsync();
        var dlc = await Hub.SucceedAsync(Compile(model, "qnn_dlc", Chip));
        Assert.Equal(FailureCode.ArgumentInvalid, await LinkRefusalAsync(Chip));
        Assert.Equal(FailureCode.QnnLinkMixed, await LinkRefusalAsync(Chip, model, dlc.TargetModelId));
        Assert.Equal(FailureCode.QnnGraphNameTaken, await LinkRefusalAsync(Chip, dlc.TargetModelId, dlc.TargetModelId));
        Assert.Equal(FailureCode.QnnSocRequired, await LinkRefusalAsync(null, model));
    }

    [Fact]
    public async Task Devices_AreLabelledEmulatedWithTheirChip()
    {
        var devices = (await Hub.Client.ListDevicesAsync(new ListDevicesRequest { Attributes = { "chipset:qualcomm-snapdragon-8gen3" } })).Devices;
        var device = Assert.Single(devices);
        Assert.True(device.Emulated);
        Assert.Equal(Emulator, device.Name);
        Assert.Contains("hexagon:v75", device.Attributes);
        Assert.Contains("htp-supports-fp16:true", device.Attributes);
    }

    /// <summary>Families and proxies as AI Hub words them, with two phones that a host reports: any member is taken, a stand-in is said.</summary>
    [Fact]
    public async Task FamiliesAndProxies_AreTakenForTheirMembers()
    {
        using var farm = new FakeFarmHost(Hub, "phones", Phone("phone-a"), Phone("phone-b"));
        await farm.SynchronizeAsync();
        foreach (string name in new[] { "SM8550 (Family)", "QCS8550 (Proxy)", "Shelf 3 (Family)" })
        {
            var members = (await Hub.Client.ListDevicesAsync(new ListDevicesRequest { Name = name })).Devices;
            Assert.Equal(["phone-a", "phone-b"], members.Select(device => device.Name));
            Assert.All(members, device => Assert.Contains("chipset:qualcomm-snapdragon-8gen2", device.Attributes));
        }

        string model = await Hub.UploadModelAsync("family.onnx", Bytes(SmallNetworks.Convolutions("family")));

        // No equal chip, no stand-in; and an emulated one is nobody's.
        Assert.Equal(FailureCode.DeviceNotFound, await HubCalls.RefusedAsync(() => Hub.SubmitAsync(Compile(model, "qnn_dlc", new DeviceSelector { Name = "SM8650 (Proxy)" }))));
        var proxy = await Hub.SucceedAsync(Compile(model, "qnn_context_binary", new DeviceSelector { Name = "QCS8550 (Proxy)" }));
        Assert.Equal("43", (await Hub.Client.GetModelAsync(new GetModelRequest { ModelId = proxy.TargetModelId })).Metadata["QNN_CONTEXT_BIN_SOC_MODEL"]);
        Assert.Contains(proxy.Warnings, warning => warning.Contains("stands in", StringComparison.Ordinal));
        var family = await Hub.SucceedAsync(Compile(model, "qnn_context_binary", new DeviceSelector { Name = "SM8550 (Family)" }));
        Assert.True(family.CacheHit);
        Assert.Empty(family.Warnings);

        // A run that asks for the family goes to one member, the next to the other.
        var jobs = new[] { await Hub.SubmitAsync(ProfileOn(family.TargetModelId, "SM8550 (Family)")), await Hub.SubmitAsync(ProfileOn(family.TargetModelId, "QCS8550 (Proxy)")) };
        await Until.TrueAsync(async () => await farm.SynchronizeAsync() == 2, TimeSpan.FromSeconds(30), () => $"given: {string.Join(", ", farm.Given)}");
        Assert.Equal(["phone-a", "phone-b"], farm.Given.Order());
        Assert.Contains((await Hub.Client.GetJobAsync(new GetJobRequest { JobId = jobs[1].JobId })).Warnings, warning => warning.Contains("stands in", StringComparison.Ordinal));
        foreach (var job in jobs)
        {
            await Hub.Client.CancelJobAsync(new CancelJobRequest { JobId = job.JobId });
        }
    }

    private static AttachedDevice Phone(string name) => new()
    {
        DeviceId = name,
        Name = name,
        Os = "14",
        Attributes = { "os:android", "vendor:samsung", "framework:qnn", "framework:tflite", "soc-model:43" },
        Families = { "Shelf 3 (Family)" },
    };

    private static JobSpec ProfileOn(string model, string device) => new() { Profile = new ProfileSpec { ModelId = model, Device = new DeviceSelector { Name = device } } };

    private static byte[] Bytes(ModelProto model)
    {
        using var stream = new MemoryStream();
        ModelWriter.Write(model, stream);
        return stream.ToArray();
    }

    private static byte[] Images(int samples)
    {
        var graph = SmallNetworks.Convolutions().Graph;
        return Npz.Of(("image", [samples, 3, 16, 16], [.. Enumerable.Range(QdqCalibration.FirstSeed, samples).SelectMany(seed => Onnx.Model.Analysis.TensorReading.Floats(SeededInputs.Normal(graph, seed)[0]))]));
    }

    private static JobSpec Compile(string model, string target, params DeviceSelector[] devices) =>
        new() { Compile = new CompileSpec { ModelId = model, DirectOptions = { ["target_runtime"] = target }, Devices = { devices } } };

    private static JobSpec Infer(string model, string dataset, string device) =>
        new() { Inference = new InferenceSpec { ModelId = model, DatasetId = dataset, Device = new DeviceSelector { Name = device } } };

    private Task<FailureCode> ProfileRefusalAsync(string model) =>
        HubCalls.RefusedAsync(() => Hub.SubmitAsync(new JobSpec { Profile = new ProfileSpec { ModelId = model, Device = new DeviceSelector { Name = Emulator } } }));

    private Task<FailureCode> LinkRefusalAsync(DeviceSelector? device, params string[] models) =>
        HubCalls.RefusedAsync(() => Hub.SubmitAsync(new JobSpec { Link = new LinkSpec { ModelIds = { models }, Device = device } }));

    private async Task<JsonNode> ReportAsync(string jobId) =>
        JsonNode.Parse(JsonFormatter.Default.Format((await Hub.Client.GetJobResultAsync(new GetJobResultRequest { JobId = jobId })).Report))!;

    // Datasets are judged by a reader that we did not write.
    private async Task<double> SnrAsync(string expected, string actual)
    {
        using var folder = new TempFolder();
        foreach (var (name, id) in new[] { ("expected.h5", expected), ("actual.h5", actual) })
        {
            await File.WriteAllBytesAsync(folder.File(name), await Hub.DownloadAsync(await Hub.Client.DownloadDatasetAsync(new DownloadDatasetRequest { DatasetId = id })));
        }

        await File.WriteAllTextAsync(folder.File("snr.py"), """
            import sys, h5py, numpy as np
            def read(path):
                with h5py.File(path) as file:
                    group = file["data"]["0"]
                    return np.stack([group[f"batch_{i}"][()] for i in range(len(group))]).astype(np.float64)
            x, y = read(sys.argv[1]), read(sys.argv[2])
            print(10 * np.log10((x ** 2).sum() / ((x - y) ** 2).sum()))
            """);
        return double.Parse(await Python.RunAsync(folder.File("snr.py"), folder.File("expected.h5"), folder.File("actual.h5")), CultureInfo.InvariantCulture);
    }
}

/// <summary>A hub with the QNN package mounted, for the tests of this class.</summary>
public sealed class QnnHub : IAsyncLifetime
{
    private HubProcess? _hub;
    private Task<string>? _tiny;

    public async ValueTask InitializeAsync()
    {
        if (QnnMaterial.Root is { } root)
        {
            _hub = await HubProcess.StartAsync(("Compiler:Qnn", root), ("Worker:Qnn", root));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_hub is not null)
        {
            await _hub.DisposeAsync();
        }
    }

    internal HubProcess Require()
    {
        QnnMaterial.Require();
        return _hub!;
    }

    /// <summary>A small float model, uploaded once.</summary>
    internal Task<string> TinyAsync()
    {
        using var stream = new MemoryStream();
        ModelWriter.Write(SmallNetworks.Convolutions("tiny"), stream);
        return _tiny ??= Require().UploadModelAsync("tiny.onnx", stream.ToArray());
    }
}
