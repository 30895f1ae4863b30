using System.Diagnostics;
using Platform.Contracts.Hub.V1;
using TestKit;
using TestKit.Hub;
using static TestKit.Hub.HubCalls;

namespace PlatformBench;

/// <summary>A hundred thousand jobs that do nothing, submitted as fast as they are taken and ended by devices that need no time: how fast they drain, and whether memory stays flat.</summary>
internal static class Drain
{
    private const int Hosts = 5;
    private const int DevicesOfAHost = 20;
    private const int Callers = 64;
    private const double Flat = 1.25;

    private static readonly int s_jobs = int.Parse(Environment.GetEnvironmentVariable("HUB_JOBS") ?? "100000");
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    public static async Task RunAsync(Report report)
    {
        using var runners = new TempFolder();
        await using var hub = await HubProcess.StartAsync(("Compiler:Runners", StepScript.Install(runners)));
        string model = await hub.UploadModelAsync("nothing.onnx", Models.Linear(1, 41));
        using var stop = new CancellationTokenSource();
        var hosts = Enumerable.Range(0, Hosts).Select(i => new NoOpHost(NoOpHost.SocketOf(hub.Data), "", $"host-{i}", DevicesOfAHost)).ToList();
        var running = hosts.Select(host => host.RunAsync(stop.Token)).ToList();
        var spec = new JobSpec { Profile = new ProfileSpec { ModelId = model, Device = new DeviceSelector { Name = NoOpHost.DeviceName } } };
        await Until.TrueAsync(async () => (await hub.Client.ListDevicesAsync(new ListDevicesRequest { Name = NoOpHost.DeviceName })).Devices.Count > 0, TimeSpan.FromSeconds(30), () => hub.Log);
        long began = Stopwatch.GetTimestamp();
        var ended = new EndedJobs(hub);
        await ended.LookAsync(isCounted: false);
        var submitting = SubmitAsync(hub, spec);
        var memory = new List<(int Ended, double Bytes)>();
        using var timer = new PeriodicTimer(s_look);
        while (ended.Count < s_jobs)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            await ended.LookAsync();
            memory.Add((ended.Count, Memory(hub)));
            if (memory.Count % 15 == 0)
            {
                Console.WriteLine($"     {ended.Count:n0} ended, {memory[^1].Bytes / 1e6:0} MB");
            }
        }

        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await submitting;
        await stop.CancelAsync();
        await Task.WhenAll(running);
        hosts.ForEach(host => host.Dispose());
        double early = memory.First(look => look.Ended >= s_jobs / 5).Bytes, most = memory.Where(look => look.Ended >= s_jobs / 5).Max(look => look.Bytes);
        Report.Figure($"{s_jobs:n0} jobs that do nothing, on {Hosts * DevicesOfAHost} devices", s_jobs / seconds, "/s", "none");
        Report.Figure("memory of the hub after a fifth", early / 1e6, "MB", "none");
        report.Gate("every job ended once, with success", ended.Succeeded == s_jobs && ended.Twice == 0, $"{ended.Succeeded} of {s_jobs}, {ended.Twice} twice");
        report.Gate($"memory stays below {Flat} times that after a fifth", most <= Flat * early, $"{most / 1e6:0} MB, {most / early:0.00}");
    }

    private static Task SubmitAsync(HubProcess hub, JobSpec spec)
    {
        var client = hub.Client;
        return Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
        {
            for (int i = caller; i < s_jobs; i += Callers)
            {
                await client.SubmitJobAsync(new SubmitJobRequest { Spec = spec });
            }
        }));
    }

    private static double Memory(HubProcess hub)
    {
        using var process = Process.GetProcessById(hub.ProcessId);
        return process.WorkingSet64;
    }
}
