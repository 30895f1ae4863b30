using Platform.Gateway.Audit;
using Platform.Gateway.Datasets;

namespace Platform.Gateway.Operation;

/// <summary>Erases datasets and audit lines whose time is over.</summary>
internal sealed partial class RetentionLoop(DatasetService datasets, AuditLog audit, TimeProvider clock, ILogger<RetentionLoop> logger) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await datasets.ExpireAsync(stoppingToken);
                await audit.ExpireAsync(stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                NotExpired(logger, error);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Erasing what has expired failed; it is tried again")]
    private static partial void NotExpired(ILogger logger, Exception error);
}
