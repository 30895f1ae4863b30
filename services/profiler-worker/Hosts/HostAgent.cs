using Microsoft.Extensions.Options;
using Platform.ProfilerWorker.Runs;

namespace Platform.ProfilerWorker.Hosts;

/// <summary>Runs the loop for as long as the process lives.</summary>
internal sealed class HostAgent(HostLoop loop, IOptions<WorkerOptions> options) : BackgroundService
{
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // What an earlier process left: its runs are lost, and its device is clean only without them.
        RunFolder.Remove(RunFolder.ParentOf(options.Value.WorkFolder));
        Directory.CreateDirectory(RunFolder.ParentOf(options.Value.WorkFolder));
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await loop.DrainAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => loop.RunAsync(stoppingToken);
}
