using Platform.Host.Tests.Hosting;
using TestKit.Hub;

namespace Platform.Host.Tests;

/// <summary>One job is one trace, from its submission through compiler, broker, worker and artifact service.</summary>
public sealed class TraceTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Jobs_FromSubmissionToUpload_AreOneTraceEach()
    {
        await using var collector = new TraceCollector();
        await using var hub = await HubProcess.StartAsync(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_BSP_SCHEDULE_DELAY", "200"));
        var compiled = await hub.SucceedAsync(HubCalls.Compile(await hub.UploadModelAsync("linear.onnx", Models.Linear(1)), "tflite"));
        await hub.SucceedAsync(HubCalls.Profile(compiled.TargetModelId, "--max_profiler_iterations 5"));

        // A trace holds the submission that began it, the work of a node or a host, and the delivery of its result.
        await Until.TrueAsync(() => Task.FromResult(Holds(collector, "work", "artifact.v1.Artifact/CompleteUpload") && Holds(collector, "run", "broker.v1.FarmHosts/ReportRun")), s_patience, () => string.Join(
            '\n', collector.Spans.Where(span => !span.Name.Contains("Synchronize", StringComparison.Ordinal)).GroupBy(span => span.Trace).Where(trace => trace.Any(span => span.Name is "work" or "run"))
                .Select(trace => string.Join(", ", trace.Select(span => span.Name).Distinct()))));
    }

    private static bool Holds(TraceCollector collector, string work, string end) => collector.Spans.GroupBy(span => span.Trace).Any(trace =>
        trace.Any(span => span.Name == work) && trace.Any(span => span.Name.Contains("SubmitJob", StringComparison.Ordinal)) && trace.Any(span => span.Name == end));
}
