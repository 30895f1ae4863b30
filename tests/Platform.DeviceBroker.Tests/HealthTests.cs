using Microsoft.Extensions.Time.Testing;
using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Health;
using Platform.DeviceBroker.Runs;
using Platform.DeviceBroker.Tests.Hosting;
using Platform.DeviceBroker.Tests.Scheduling;
using Platform.ServiceDefaults;
using Platform.Store.Memory;

namespace Platform.DeviceBroker.Tests;

/// <summary>Devices that fail rest, then are set aside, and come back through a health check: seen from their host.</summary>
public sealed class HealthTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(Farm.Start);
    private readonly MemoryStore _documents = new();

    public ValueTask DisposeAsync() => _documents.DisposeAsync();

    [Fact]
    public async Task Device_Fails_RestsLongerEachTime_ThenAHealthCheckDecides()
    {
        await using var broker = await Broker.StartAsync(_documents, _clock);
        var host = new Host(broker, _clock, "framework:onnx");
        await EnqueueAsync(broker, 5);
        foreach (int rest in new[] { 0, 10, 20 })
        {
            Assert.Null(rest == 0 ? null : await host.StartAfterAsync(rest - 5));
            var run = await host.StartAfterAsync(rest == 0 ? 0 : 5);
            await host.EndAsync(run!, Failures.Of(FailureCode.DeviceLost, "the cable"));
        }

        Assert.Equal(Devices.DeviceHealth.Bad, (await host.DeviceAsync()).Health);
        Assert.Null(await host.StartAfterAsync(35));
        var check = await host.StartAfterAsync(5);
        Assert.Equal((StoredRun.HealthCheckOwner, CheckModel.Bytes, ""), (check!.OrganizationId, check.Spec.InlineModel, check.ModelUrl));
        await host.EndAsync(check, failure: null);
        var device = await host.DeviceAsync();
        Assert.Equal((Devices.DeviceHealth.Good, 0, null), (device.Health, device.Failures, device.RestsUntil));
        Assert.Equal("r3", (await host.StartAfterAsync(0))!.RunId);
    }

    [Fact]
    public async Task HealthCheck_Fails_TheDeviceStaysAside_AndNobodyIsTold()
    {
        await using var broker = await Broker.StartAsync(_documents, _clock, new BrokerOptions { SuspectAfter = 1 });
        var host = new Host(broker, _clock, "framework:onnx");
        await EnqueueAsync(broker, 2);
        await host.EndAsync((await host.StartAfterAsync(0))!, Failures.Of(FailureCode.DeviceLost, "it is away"));
        var check = (await host.StartAfterAsync(10))!;
        await host.EndAsync(check, Failures.Of(FailureCode.ToolCrashed, "it crashed"));
        Assert.Contains("it crashed", (await host.DeviceAsync()).HealthReason, StringComparison.Ordinal);
        Assert.Null(await host.StartAfterAsync(15));
        Assert.Equal(StoredRun.HealthCheckOwner, (await host.StartAfterAsync(10))!.OrganizationId);
        var unreported = await broker.Store.Runs.AsSystem().QueryAsync("unreported", ReadOnlyMemory<object>.Empty, new Store.PageRequest(100), CancellationToken.None);
        Assert.DoesNotContain(unreported.Items, item => item.Value.IsHealthCheck);
        Assert.DoesNotContain((await broker.Runs.ListAsync(new ListRunsRequest(), CancellationToken.None)).Runs, run => run.JobId.Length == 0);
    }

    [Fact]
    public async Task Device_WithoutARuntimeForTheCheck_IsTriedWithARun_AndSetAsideAgainWhenThatFails()
    {
        await using var broker = await Broker.StartAsync(_documents, _clock, new BrokerOptions { SuspectAfter = 2 });
        var host = new Host(broker, _clock, "framework:qnn");
        await EnqueueAsync(broker, 5);
        await host.EndAsync((await host.StartAfterAsync(0))!, Failures.Of(FailureCode.DeviceLost, "gone"));
        await host.EndAsync((await host.StartAfterAsync(10))!, Failures.Of(FailureCode.DeviceLost, "gone"));
        Assert.Null(await host.StartAfterAsync(20));
        Assert.Equal(Devices.DeviceHealth.Suspect, (await host.DeviceAsync()).Health);
        var run = (await host.StartAfterAsync(0))!;
        Assert.Equal("r2", run.RunId);
        await host.EndAsync(run, Failures.Of(FailureCode.DeviceLost, "gone"));
        Assert.Equal((Devices.DeviceHealth.Bad, _clock.GetUtcNow().AddSeconds(40)), ((await host.DeviceAsync()).Health, (await host.DeviceAsync()).RestsUntil));
    }

    [Fact]
    public async Task Device_WhoseHostSeesAProblem_IsCheckedOnlyWhenThatHasGone()
    {
        await using var broker = await Broker.StartAsync(_documents, _clock);
        var host = new Host(broker, _clock, "framework:onnx") { Problem = "its disk is full" };
        await EnqueueAsync(broker, 1);
        Assert.Null(await host.StartAfterAsync(0));
        Assert.Null(await host.StartAfterAsync(60));
        host.Problem = "";
        Assert.Equal(StoredRun.HealthCheckOwner, (await host.StartAfterAsync(5))!.OrganizationId);
    }

    [Fact]
    public async Task Run_WhoseDeviceWentOnWithoutIt_EndsAsLost()
    {
        await using var broker = await Broker.StartAsync(_documents, _clock);
        var host = new Host(broker, _clock);
        await EnqueueAsync(broker, 1);
        Assert.NotNull(await host.StartAfterAsync(0));
        await broker.Ledger.UpdateAsync(await host.DeviceAsync(), device => device with { State = Devices.DeviceState.Idle, RunId = null, RunOwner = null }, CancellationToken.None);
        await broker.Loop.ScanAsync(CancellationToken.None);
        var run = (await broker.Store.Runs.For("o").GetAsync("r0", CancellationToken.None))!.Value;
        Assert.Equal(RunPhase.Failed, run.Phase);
        Assert.Contains("DEVICE_LOST", run.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_OfADeviceThatIsCleanAlready_FreesItAtOnce_AndIsTakenOnce()
    {
        await using var broker = await Broker.StartAsync(_documents, _clock);
        var host = new Host(broker, _clock);
        await EnqueueAsync(broker, 2);
        var run = (await host.StartAfterAsync(0))!;
        var report = new ReportRunRequest { HostId = "h", RunId = run.RunId, DeviceId = "d", DeviceEpoch = run.DeviceEpoch, Succeeded = new RunResult(), Clean = true };
        await broker.Hosts.ReportAsync(report, CancellationToken.None);
        var device = await host.DeviceAsync();
        Assert.Equal((Devices.DeviceState.Idle, null, Devices.DeviceHealth.Good, run.DeviceEpoch), (device.State, device.RunId, device.Health, (uint)device.Epoch));
        var again = await Assert.ThrowsAsync<FailureException>(() => broker.Hosts.ReportAsync(report, CancellationToken.None));
        Assert.Equal(FailureCode.NotYours, again.Failure.Code);
        Assert.Equal("r1", (await host.StartAfterAsync(0))!.RunId);
    }

    [Fact]
    public async Task Report_OfADeviceThatIsBeingCleaned_FreesItWhereItIsClean()
    {
        await using var broker = await Broker.StartAsync(_documents, _clock);
        var host = new Host(broker, _clock);
        await EnqueueAsync(broker, 1);
        var run = (await host.StartAfterAsync(0))!;
        var report = new ReportRunRequest { HostId = "h", RunId = run.RunId, DeviceId = "d", DeviceEpoch = run.DeviceEpoch, Succeeded = new RunResult() };
        await broker.Hosts.ReportAsync(report, CancellationToken.None);
        Assert.Equal(Devices.DeviceState.Cleaning, (await host.DeviceAsync()).State);
        report.Clean = true;
        await broker.Hosts.ReportAsync(report, CancellationToken.None);
        Assert.Equal(Devices.DeviceState.Idle, (await host.DeviceAsync()).State);
    }

    private static async Task EnqueueAsync(Broker broker, int count)
    {
        for (int i = 0; i < count; i++)
        {
            broker.Clock.Advance(TimeSpan.FromMilliseconds(2));
            await broker.EnqueueAsync($"r{i}", "o");
        }
    }

    /// <summary>A farm host with one device that does what its test says.</summary>
    private sealed class Host(Broker broker, FakeTimeProvider clock, params string[] attributes)
    {
        public string Problem { get; set; } = "";

        /// <summary>What it is given so many seconds later.</summary>
        public async Task<RunAssignment?> StartAfterAsync(double seconds)
        {
            clock.Advance(TimeSpan.FromSeconds(seconds));
            var device = new AttachedDevice { DeviceId = "d", Name = "phone", Os = "14", Attributes = { attributes }, HealthProblem = Problem };
            var answer = await broker.Hosts.SynchronizeAsync(new SynchronizeRequest { HostId = "h", BootId = "b", Name = "h", Devices = { device } }, CancellationToken.None);
            return answer.Start.SingleOrDefault();
        }

        public async Task EndAsync(RunAssignment run, Failure? failure)
        {
            var report = new ReportRunRequest { HostId = "h", RunId = run.RunId, DeviceId = "d", DeviceEpoch = run.DeviceEpoch };
            if (failure is null)
            {
                report.Succeeded = new RunResult();
            }
            else
            {
                report.Failed = failure;
            }

            await broker.Hosts.ReportAsync(report, CancellationToken.None);
            await broker.Hosts.CleanAsync(new ReportCleanRequest { HostId = "h", DeviceId = "d", DeviceEpoch = run.DeviceEpoch }, CancellationToken.None);
        }

        public async Task<StoredDevice> DeviceAsync() => (await broker.Ledger.FindAsync("d", CancellationToken.None))!;
    }
}
