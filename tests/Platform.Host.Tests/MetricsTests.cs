using System.Text.RegularExpressions;
using Platform.Contracts.Hub.V1;
using TestKit.Hub;
using static TestKit.Hub.HubCalls;

namespace Platform.Host.Tests;

/// <summary>What clusters scale by can be read where Prometheus reads, under the names that k8s/base/scaling.yaml asks for.</summary>
public sealed partial class MetricsTests
{
    [Fact]
    public async Task Metrics_TellSlotsAndRunnableWork()
    {
        await using var hub = await HubProcess.StartAsync(("Telemetry:Prometheus", "true"), ("Compiler:Slots", "1"));
        await hub.WaitForWorkersAsync();
        await SeenAsync(hub, FreeBuildSlots(), "1");
        await SeenAsync(hub, FreeDevices(), "1");
        string model = await hub.UploadModelAsync("m.onnx", Models.Linear(1, 5));
        var jobs = await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ => await hub.SubmitAsync(Compile(model, "tflite"), bypassCache: true)));
        await SeenAsync(hub, RunnableJobs(), null);
        foreach (var job in jobs)
        {
            await hub.Client.CancelJobAsync(new CancelJobRequest { JobId = job.JobId });
        }
    }

    private static async Task SeenAsync(HubProcess hub, Regex line, string? value)
    {
        string text = "";
        await Until.TrueAsync(
            async () =>
            {
                text = await hub.Http.GetStringAsync(new Uri($"http://127.0.0.1:{hub.HttpPort}/metrics"));
                return line.Matches(text).Any(match => value is null ? match.Groups[1].Value != "0" : match.Groups[1].Value == value);
            },
            TimeSpan.FromSeconds(60),
            () => $"no {line} in\n{text}");
    }

    [GeneratedRegex(@"^hub_free_slots\{[^}]*pool=""build""[^}]*\} (\d+)", RegexOptions.Multiline)]
    private static partial Regex FreeBuildSlots();

    [GeneratedRegex(@"^hub_free_slots\{[^}]*device_class=""local-cpu""[^}]*\} (\d+)", RegexOptions.Multiline)]
    private static partial Regex FreeDevices();

    [GeneratedRegex(@"^hub_runnable_jobs\{[^}]*step=""[^""]+""[^}]*\} (\d+)", RegexOptions.Multiline)]
    private static partial Regex RunnableJobs();
}
