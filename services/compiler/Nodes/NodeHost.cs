using Microsoft.Extensions.Options;

namespace Platform.Compiler.Nodes;

/// <summary>Runs the loop for as long as the process lives, and gives work back when it ends.</summary>
internal sealed class NodeHost(NodeLoop loop, IOptions<CompilerOptions> options) : BackgroundService
{
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // What an earlier process left: its jobs belong to nobody here any more.
        if (Directory.Exists(options.Value.WorkFolder))
        {
            Directory.Delete(options.Value.WorkFolder, recursive: true);
        }

        Directory.CreateDirectory(options.Value.WorkFolder);
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await loop.DrainAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => loop.RunAsync(stoppingToken);
}
