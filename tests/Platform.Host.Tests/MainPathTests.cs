using System.Text.Json.Nodes;
using Google.Protobuf;
using Platform.Contracts.Hub.V1;
using Platform.Host.Tests.Hosting;
using TestKit;
using TestKit.Hub;

namespace Platform.Host.Tests;

/// <summary>The main job from outside: models in, products, profiles and predictions out.</summary>
public sealed class MainPathTests(HubFixture fixture)
{
    private readonly HubProcess _hub = fixture.Hub;

    [Theory]
    [InlineData("tflite")]
    [InlineData("onnx")]
    public async Task Sample_Compiled_PredictsWhatPyTorchPredicts(string target)
    {
        await Python.RequireAsync("h5py", "numpy");
        var compiled = await _hub.SucceedAsync(HubCalls.Compile(fixture.Assets.Script, target, HubCalls.Image));
        var report = await ReportAsync(compiled);
        Assert.True((double)report["parity"]!["end_to_end"]!["worst_snr_db"]! >= 80);

        var inferred = await _hub.SucceedAsync(HubCalls.Infer(compiled.TargetModelId, fixture.Assets.Images));
        var download = await _hub.Client.DownloadDatasetAsync(new DownloadDatasetRequest { DatasetId = inferred.OutputDatasetId });
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder.File("outputs.h5"), await _hub.DownloadAsync(download));
        var score = JsonNode.Parse(await Python.RunAsync(Assets.SampleFile("score.py"), folder.File("outputs.h5")))!;
        Assert.Equal(360, (int)score["images"]!);
        Assert.Equal(360, (int)score["agreement"]!);
    }

    [Fact]
    public async Task ExportedProgram_Compiled_IsComparedFromItsOnnxFormOn()
    {
        string model = await _hub.UploadModelAsync("digits.pt2", await File.ReadAllBytesAsync(Assets.SampleFile("digits.pt2"), TestContext.Current.CancellationToken));
        var report = await ReportAsync(await _hub.SucceedAsync(HubCalls.Compile(model, "tflite")));

        var steps = report["parity"]!["steps"]!.AsArray();
        Assert.Equal(["pt2-to-onnx", "onnx-to-tflite"], steps.Select(step => (string?)step!["step"]));
        Assert.NotNull(steps[0]!["not_taken"]);
        Assert.True((double)steps[1]!["worst_snr_db"]! >= 80);
        Assert.True((double)report["parity"]!["end_to_end"]!["worst_snr_db"]! >= 80);
    }

    [Fact]
    public async Task Inference_OfAKnownModel_GivesTheNumbersOfTheFormula()
    {
        await Python.RequireAsync("h5py", "numpy");
        var compiled = await _hub.SucceedAsync(HubCalls.Compile(fixture.Assets.Linear, "tflite"));
        var inferred = await _hub.SucceedAsync(HubCalls.Infer(compiled.TargetModelId, fixture.Assets.Rows));
        var download = await _hub.Client.DownloadDatasetAsync(new DownloadDatasetRequest { DatasetId = inferred.OutputDatasetId });
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder.File("y.h5"), await _hub.DownloadAsync(download));
        await File.WriteAllTextAsync(folder.File("check.py"), """
            import sys, h5py, numpy as np
            x = np.arange(15, dtype=np.float32).reshape(5, 1, 3) / np.float32(7)
            w = np.arange(12, dtype=np.float32).reshape(3, 4) / np.float32(5)
            with h5py.File(sys.argv[1]) as file:
                group = file["data"]["0"]
                y = np.stack([group[f"batch_{i}"][()] for i in range(len(group))])
            print(np.abs(y - (x @ w + np.array([0, 1, 2, 3], dtype=np.float32))).max())
            """);
        Assert.True(double.Parse(await Python.RunAsync(folder.File("check.py"), folder.File("y.h5")), System.Globalization.CultureInfo.InvariantCulture) < 1e-5);
    }

    [Theory]
    [InlineData("tflite")]
    [InlineData("onnx")]
    public async Task Profile_HasTheKeysOfAiHub_AndEverySample(string target)
    {
        var compiled = await _hub.SucceedAsync(HubCalls.Compile(fixture.Assets.Linear, target));
        var job = await _hub.SucceedAsync(HubCalls.Profile(compiled.TargetModelId, "--max_profiler_iterations 30"));
        var result = await _hub.Client.GetJobResultAsync(new GetJobResultRequest { JobId = job.JobId });
        var profile = JsonNode.Parse(JsonFormatter.Default.Format(result.Profile))!;
        var summary = profile["execution_summary"]!.AsObject();
        Assert.Equal(
            [
                "all_compile_times", "all_first_load_times", "all_inference_times", "all_warm_load_times", "compile_memory_increase_range", "compile_memory_peak_range", "compile_peak_memory",
                "compile_time", "estimated_inference_peak_memory", "estimated_inference_time", "first_load_memory_increase_range", "first_load_memory_peak_range", "first_load_peak_memory",
                "first_load_time", "inference_memory_increase_range", "inference_memory_peak_range", "warm_load_memory_increase_range", "warm_load_memory_peak_range", "warm_load_peak_memory", "warm_load_time",
            ],
            summary.Select(pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.Equal(30, summary["all_inference_times"]!.AsArray().Count);
        Assert.Equal((double)summary["estimated_inference_time"]!, summary["all_inference_times"]!.AsArray().Min(time => (double)time!));
        Assert.True(summary["all_warm_load_times"]!.AsArray().Count >= 3);
        Assert.NotEmpty(profile["execution_detail"]!.AsArray());
        Assert.All(profile["execution_detail"]!.AsArray(), layer => Assert.Equal("CPU", (string?)layer!["compute_unit"]));
        Assert.Equal(30, profile["measurement"]!["sample_microseconds"]!.AsArray().Count);
    }

    [Fact]
    public async Task SameConversionAgain_ComesFromTheCache_UnlessBypassed()
    {
        string model = await _hub.UploadModelAsync("cached.onnx", Models.Linear(1, 17));
        var first = await _hub.SucceedAsync(HubCalls.Compile(model, "tflite"));
        var second = await _hub.SucceedAsync(HubCalls.Compile(model, "tflite"));
        var third = await _hub.SucceedAsync(HubCalls.Compile(model, "tflite"), bypassCache: true);
        Assert.Equal((false, true, false), (first.CacheHit, second.CacheHit, third.CacheHit));
        Assert.Equal(await ProductAsync(first), await ProductAsync(second));
        Assert.Equal(await ProductAsync(first), await ProductAsync(third));
    }

    [Fact]
    public async Task ProfileOfAnUnfinishedProduct_WaitsForIt()
    {
        string model = await _hub.UploadModelAsync("chained.onnx", Models.Linear(1, 23));
        var compile = await _hub.SubmitAsync(HubCalls.Compile(model, "onnx"));
        var profile = await _hub.SubmitAsync(HubCalls.Profile(compile.TargetModelId));
        Assert.Equal(JobState.Success, (await _hub.EndAsync(profile.JobId)).State);
    }

    [Fact]
    public async Task Logs_OfACompile_TellItsSteps()
    {
        var job = await _hub.SucceedAsync(HubCalls.Compile(fixture.Assets.Script, "tflite", HubCalls.Image), bypassCache: true);
        using var call = _hub.Client.ReadLog(new ReadLogRequest { JobId = job.JobId });
        string log = "";
        while (await call.ResponseStream.MoveNext(default))
        {
            log += call.ResponseStream.Current.Text;
        }

        Assert.Contains("step torchscript-to-onnx", log, StringComparison.Ordinal);
        Assert.Contains("parity", log, StringComparison.Ordinal);
    }

    private async Task<JsonNode> ReportAsync(Job job) =>
        JsonNode.Parse(JsonFormatter.Default.Format((await _hub.Client.GetJobResultAsync(new GetJobResultRequest { JobId = job.JobId })).Report))!;

    private async Task<string> ProductAsync(Job job) =>
        HubCalls.Sha256(await _hub.DownloadAsync(await _hub.Client.DownloadModelAsync(new DownloadModelRequest { ModelId = job.TargetModelId })));
}
