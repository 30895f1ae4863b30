using System.Diagnostics;

namespace Platform.Chaos.Tests.Faults;

/// <summary>The message bus dies, blocks, or carries nonsense.</summary>
internal static class BusFaults
{
    public static async Task KilledUnderLoadAsync(ChaosRun run)
    {
        double before = await TypicalSecondsAsync(run);
        using var stop = new CancellationTokenSource();
        var load = LoadAsync(run, stop.Token);
        await ChaosRun.PauseAsync(3);
        await run.Farm.Rabbit.KillAsync();
        await ChaosRun.PauseAsync(3);
        await stop.CancelAsync();
        foreach (string id in await load)
        {
            await run.EndAsync(id);
        }

        double during = await TypicalSecondsAsync(run);
        await run.Farm.Rabbit.StartAgainAsync();
        run.Lifted();

        // A scan and a heartbeat: what a doorbell that nobody rings costs.
        run.Say($"a job took {before:0.00} s with the bus and {during:0.00} s without");
        Assert.True(during <= before + 0.4 + 1 + 1, $"a job took {during:0.00} s without the bus, {before:0.00} s with it");
        await ReconnectedAsync(run);
    }

    /// <summary>Every process listens again, without an operator.</summary>
    public static async Task ReconnectedAsync(ChaosRun run)
    {
        await ChaosRun.UntilAsync(
            async () => (await run.Farm.Rabbit.ControlAsync("-q", "list_connections", "name")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length >= run.Farm.Processes.Count(process => !process.Name.StartsWith("artifact", StringComparison.Ordinal)),
            60,
            "not every process has connected again");
    }

    private static async Task<List<string>> LoadAsync(ChaosRun run, CancellationToken stop)
    {
        var ids = new List<string>();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (!stop.IsCancellationRequested)
        {
            ids.Add(await run.SubmitAsync(run.Assets.Convert("quick")));
            ids.Add(await run.SubmitAsync(run.Assets.Infer("quick")));
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        return ids;
    }

    // The median of five, one after another, on an otherwise idle farm.
    private static async Task<double> TypicalSecondsAsync(ChaosRun run)
    {
        var seconds = new List<double>();
        for (int i = 0; i < 5; i++)
        {
            long began = Stopwatch.GetTimestamp();
            await run.EndAsync(await run.SubmitAsync(run.Assets.Infer("quick")));
            seconds.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
        }

        return seconds.Order().ElementAt(2);
    }
}
