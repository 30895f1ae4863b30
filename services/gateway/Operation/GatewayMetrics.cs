using System.Diagnostics.Metrics;
using Platform.ServiceDefaults;

namespace Platform.Gateway.Operation;

/// <summary>What the gateway counts: ends of jobs, failed attempts, refused calls and deliveries of events, each by its class.</summary>
internal sealed class GatewayMetrics : IDisposable
{
    private readonly Meter _meter = new(TelemetryExtensions.SourcePrefix + "Gateway.Work");
    private readonly Counter<long> _ended;
    private readonly Counter<long> _failed;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _deliveries;

    public GatewayMetrics()
    {
        _ended = _meter.CreateCounter<long>("hub.jobs_ended", unit: null, "Jobs that ended, by type and failure code; OK for success.");
        _failed = _meter.CreateCounter<long>("hub.attempts_failed", unit: null, "Attempts that failed, lapsed leases among them, by failure code.");
        _refused = _meter.CreateCounter<long>("hub.calls_refused", unit: null, "Public calls that were refused or failed, by failure code.");
        _deliveries = _meter.CreateCounter<long>("hub.deliveries", unit: null, "Events delivered, by way and outcome.");
    }

    public void JobEnded(string type, string code) => _ended.Add(1, Tag("type", type), Tag("code", code));

    public void AttemptFailed(string code) => _failed.Add(1, Tag("code", code));

    public void CallRefused(string code) => _refused.Add(1, Tag("code", code));

    public void Delivered(string way, bool taken, int events) => _deliveries.Add(events, Tag("way", way), Tag("outcome", taken ? "taken" : "failed"));

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
