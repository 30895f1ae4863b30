using Platform.Contracts.Hub.V1;
using Platform.Host.Tests.Hosting;
using TestKit;
using TestKit.Hub;
using static TestKit.Hub.HubCalls;

namespace Platform.Host.Tests;

/// <summary>Devices that only stand for some: real runner processes whose faults a file scripts.</summary>
public sealed class SimulatedDeviceTests(HubFixture fixture, SimulatedHub simulated) : IClassFixture<SimulatedHub>
{
    private readonly HubProcess _hub = simulated.Hub ?? fixture.Hub;

    private static DeviceSelector Simulated => new() { Attributes = { "simulated:true" } };

    [Fact]
    public async Task Farm_HasTwentyOfThem_AndSaysWhatTheyAre()
    {
        var devices = (await _hub.Client.ListDevicesAsync(new ListDevicesRequest())).Devices.Where(device => device.Name == "simulated").ToList();
        Assert.Equal(20, devices.Count);
        Assert.All(devices, device => Assert.True(device.Emulated && device.Attributes.Contains("simulated:true")));
    }

    [Fact]
    public async Task Runs_OnManyAtOnce_EndWithTheRightNumbers()
    {
        string model = await _hub.UploadModelAsync("sim-slow.onnx", Models.Linear(1, 91));
        string rows = await _hub.UploadDatasetAsync("rows.npz", Npz.Of(("x", [2, 3], [1, 2, 3, 4, 5, 6])));
        var jobs = await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ => await _hub.EndAsync((await _hub.SubmitAsync(On(Infer(model, rows)), bypassCache: true)).JobId)));
        Assert.All(jobs, job => Assert.True(job.State == JobState.Success, $"{job.JobId}: {job.Failure?.Code} {job.Failure?.Message}"));
        Assert.True(jobs.Select(job => job.OutputDatasetId).Distinct().Count() == jobs.Length, "every job has outputs of its own");
    }

    [Theory]
    [InlineData("sim-crash", FailureCode.ToolCrashed)]
    [InlineData("sim-silent", FailureCode.ToolCrashed)]
    [InlineData("sim-nonsense", FailureCode.ToolCrashed)]
    public async Task Run_WithAScriptedFault_EndsWithItsCode_AndTheDeviceGoesOn(string fault, FailureCode code)
    {
        string model = await _hub.UploadModelAsync(fault + ".onnx", Models.Linear(1, fault.Length));
        string rows = await _hub.UploadDatasetAsync("rows.npz", Npz.Of(("x", [2, 3], [1, 2, 3, 4, 5, 6])));
        var job = await _hub.EndAsync((await _hub.SubmitAsync(On(Infer(model, rows)))).JobId);
        Assert.Equal((JobState.Failed, code), (job.State, job.Failure?.Code ?? FailureCode.Unspecified));
        string whole = await _hub.UploadModelAsync("whole.onnx", Models.Linear(1, 92));
        Assert.Equal(JobState.Success, (await _hub.SucceedAsync(On(Infer(whole, rows)))).State);
    }

    private static JobSpec On(JobSpec spec)
    {
        spec.Inference.Device = Simulated;
        return spec;
    }
}

/// <summary>An embedded hub whose host has simulated devices; the distributed hub has its own.</summary>
public sealed class SimulatedHub : IAsyncLifetime
{
    private readonly TempFolder _folder = new();

    internal HubProcess? Hub { get; private set; }

    public async ValueTask InitializeAsync()
    {
        if (!HubFixture.IsDistributed)
        {
            var runners = new SimulatedRunners(_folder.File("simulated"), HubProcess.LinkRunners(_folder.File("runners")));
            Hub = await HubProcess.StartAsync(("Worker:Runners", runners.Folder), ("Worker:Simulated", "20"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Hub is not null)
        {
            await Hub.DisposeAsync();
        }

        _folder.Dispose();
    }
}
