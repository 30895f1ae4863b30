using Microsoft.Extensions.Options;

namespace Platform.Artifact.Retention;

/// <summary>Runs the garbage collector from time to time.</summary>
internal sealed partial class GarbageLoop(GarbageCollector collector, IOptions<ArtifactOptions> options, TimeProvider clock, ILogger<GarbageLoop> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.GarbageInterval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var count = await collector.CollectAsync(stoppingToken);
                Collected(logger, count.Blobs, count.Bytes, count.Uploads);
            }
            catch (Exception error) when (error is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                NotCollected(logger, error);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Debug, "Collected {Blobs} blobs of {Bytes} bytes and {Uploads} uploads")]
    private static partial void Collected(ILogger logger, int blobs, long bytes, int uploads);

    [LoggerMessage(2, LogLevel.Warning, "Collecting garbage failed; it is tried again")]
    private static partial void NotCollected(ILogger logger, Exception error);
}
