using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Platform.ServiceDefaults;

/// <summary>One number of a service's backlog.</summary>
/// <param name="Gauge">One of the names in <see cref="BacklogGauges"/>.</param>
/// <param name="Tag">Name of the tag that tells numbers apart, e.g. step.</param>
/// <param name="Value">The tag's value.</param>
/// <param name="Count">The number, not negative.</param>
public sealed record BacklogSample(string Gauge, string Tag, string Value, long Count);

/// <summary>
/// Work that could start now and places to do it, as gauges: what clusters scale by. Looked up in the background, and only while
/// somebody reads the gauges; every replica of a service reports the same numbers.
/// </summary>
public sealed partial class BacklogGauges : BackgroundService
{
    /// <summary>Jobs that some connected node or device could start now.</summary>
    public const string Runnable = "hub.runnable_jobs";

    /// <summary>Slots or devices at work.</summary>
    public const string Busy = "hub.busy_slots";

    /// <summary>Slots or devices that wait for work.</summary>
    public const string Free = "hub.free_slots";

    /// <summary>How long the oldest job of a queue has waited, in seconds.</summary>
    public const string Oldest = "hub.oldest_job_seconds";

    /// <summary>Messages that nobody could handle and that lie aside.</summary>
    public const string DeadLetters = "hub.dead_letters";

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    private readonly Func<CancellationToken, Task<IReadOnlyList<BacklogSample>>> _read;
    private readonly TimeProvider _clock;
    private readonly ILogger<BacklogGauges> _logger;
    private readonly Meter _meter;
    private IReadOnlyList<BacklogSample> _samples = [];
    private volatile bool _asked;

    /// <summary>Makes the gauges.</summary>
    /// <param name="service">Name of the service: of two meters with one name, in one process, only one would be read.</param>
    /// <param name="read">Looks the numbers up.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">The log.</param>
    public BacklogGauges(string service, Func<CancellationToken, Task<IReadOnlyList<BacklogSample>>> read, TimeProvider clock, ILogger<BacklogGauges> logger)
    {
        (_read, _clock, _logger) = (read, clock, logger);
        _meter = new Meter(TelemetryExtensions.SourcePrefix + service);
        foreach (var (name, meaning) in new[] { (Runnable, "Jobs that could start now."), (Busy, "Slots or devices at work."), (Free, "Slots or devices that wait for work."), (Oldest, "How long the oldest job of a queue has waited, in seconds."), (DeadLetters, "Messages that nobody could handle and that lie aside.") })
        {
            _meter.CreateObservableGauge(name, () => Measure(name), unit: null, meaning);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval, _clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (!_asked)
            {
                continue;
            }

            _asked = false;
            try
            {
                _samples = await _read(stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // A gauge that stands still would look like a backlog that stands still: better none.
                _samples = [];
                NotRead(_logger, error);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The backlog could not be looked up; its gauges are away until it can")]
    private static partial void NotRead(ILogger logger, Exception error);

    private IEnumerable<Measurement<long>> Measure(string gauge)
    {
        _asked = true;
        return _samples.Where(sample => sample.Gauge == gauge).Select(sample => new Measurement<long>(sample.Count, KeyValuePair.Create<string, object?>(sample.Tag, sample.Value)));
    }
}

/// <summary>Adds the gauges to a service.</summary>
public static class BacklogExtensions
{
    // AddHostedService takes one of a type only, and one process may hold several services.
    /// <summary>Adds gauges whose numbers a service of the container looks up.</summary>
    public static IServiceCollection AddBacklogGauges<T>(this IServiceCollection services, string service, Func<T, CancellationToken, Task<IReadOnlyList<BacklogSample>>> read)
        where T : class => services.AddSingleton<IHostedService>(provider => new BacklogGauges(
            service, cancellation => read(provider.GetRequiredService<T>(), cancellation), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<BacklogGauges>>()));
}
