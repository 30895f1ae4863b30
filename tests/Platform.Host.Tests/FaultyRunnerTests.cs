using Platform.Contracts.Hub.V1;
using TestKit;
using TestKit.Hub;
using static TestKit.Hub.HubCalls;

namespace Platform.Host.Tests;

/// <summary>A runner that crashes, hangs, floods or lies ends its job with a code, and the device is idle again.</summary>
public sealed class FaultyRunnerTests
{
    // Answers the probe, describes every model as the linear one, and misbehaves by the name of the model.
    private const string Script = """
        #!/bin/sh
        read -r request
        case "$request" in
          *probe*) echo '{"id":"1","probed":{"runtimes":[{"runtime":"LITERT","version":"0"},{"runtime":"ONNX_RUNTIME","version":"0"}]}}' ;;
          *crash*) kill -SEGV $$ ;;
          *hang*) exec sleep 600 ;;
          *flood*) exec yes flood ;;
          *wordy*) yes words | head -c 20000000 >&2; exit 3 ;;
          *nonsense*) echo 'this is no answer' ;;
          *silent*) ;;
          *short*) printf xyz >outputs/y.bin; echo '{"id":"1","inferred":{"outputs":[{"spec":{"name":"y","dtype":"float32","shape":["1","4"]},"path":"/hub-work/outputs/y.bin","samples":5}]}}' ;;
        esac
        """;

    [Theory]
    [InlineData("crash", FailureCode.ToolCrashed)]
    [InlineData("hang", FailureCode.TimedOut)]
    [InlineData("flood", FailureCode.TimedOut)]
    [InlineData("wordy", FailureCode.ToolCrashed)]
    [InlineData("nonsense", FailureCode.ToolCrashed)]
    [InlineData("silent", FailureCode.ToolCrashed)]
    [InlineData("short", FailureCode.ResultInvalid)]
    public async Task Runner_ThatMisbehaves_EndsItsJobWithACode(string fault, FailureCode code)
    {
        using var runners = new TempFolder();
        await using var hub = await HubProcess.StartAsync(("Worker:Runners", Install(runners)), ("Limits:run_seconds", "4"));
        string model = await hub.UploadModelAsync(fault + ".onnx", Models.Linear(1, 77));
        string rows = await hub.UploadDatasetAsync("rows.npz", Npz.Of(("x", [5, 3], new float[15])));
        var job = await hub.EndAsync((await hub.SubmitAsync(Infer(model, rows))).JobId);
        Assert.Equal(JobState.Failed, job.State);
        Assert.True(job.Failure.Code == code, $"{job.Failure.Code}: {job.Failure.Message}");
        Assert.NotEmpty(job.Failure.Message);
        await Until.TrueAsync(
            async () => (await hub.Client.ListDevicesAsync(new ListDevicesRequest())).Devices.All(device => device.State == DeviceState.Idle),
            TimeSpan.FromSeconds(30),
            () => "the device is not idle again");
    }

    [Fact]
    public async Task Disk_WithoutRoom_RefusesUploadsBeforeAnyByte()
    {
        await using var hub = await HubProcess.StartAsync(("Limits:disk_reserve_bytes", "900000000000000"));
        Assert.Equal(FailureCode.DiskFull, await RefusedAsync(async () =>
            await hub.Client.CreateModelAsync(new CreateModelRequest { Name = "m", Filename = "m.onnx", SizeBytes = 1000 })));

        // Everything that needs no room goes on.
        Assert.Empty((await hub.Client.ListJobsAsync(new ListJobsRequest())).Jobs);
    }

    private static string Install(TempFolder folder)
    {
        string path = Path.Combine(Directory.CreateDirectory(folder.File("model-runner")).FullName, "model-runner");
        File.WriteAllText(path, Script);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateSymbolicLink(folder.File("step"), HubProcess.Binaries("Runner.Step"));
        return folder.Path;
    }
}
