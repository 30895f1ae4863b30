namespace Platform.ServiceDefaults;

/// <summary>What is measured for whom (configuration section <c>Telemetry</c>).</summary>
public sealed class TelemetryOptions
{
    /// <summary>Whether metrics can be read at <c>/metrics</c>, as Prometheus does.</summary>
    public bool Prometheus { get; set; }
}
