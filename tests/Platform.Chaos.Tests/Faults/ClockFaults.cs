using Platform.Contracts.Hub.V1;
using TestKit.Hub;

namespace Platform.Chaos.Tests.Faults;

/// <summary>Wall clocks that are wrong.</summary>
internal static class ClockFaults
{
    public static async Task NodesWrongAsync(ChaosRun run)
    {
        using var ahead = WrongClock.Require();
        using var behind = WrongClock.Require();
        ahead.Set(TimeSpan.FromMinutes(10));
        behind.Set(TimeSpan.FromMinutes(-10));
        string[] names = ["compiler0", "host0", "compiler1", "host1"];
        await Task.WhenAll(names.Select((name, i) => run.Farm[name].RestartAsync(new FarmStart { Environment = (i < 2 ? ahead : behind).Environment })));
        await NodesAsync(run);
        var ids = await LoadAsync(run);
        await AllHeldAsync(run, ids);

        // In the middle of their leases: an hour each way, which would end any lease that went by the wall clock.
        ahead.Set(TimeSpan.FromMinutes(70));
        behind.Set(TimeSpan.FromMinutes(-70));
        await ChaosRun.PauseAsync(3);
        ahead.Set(TimeSpan.FromMinutes(-30));
        behind.Set(TimeSpan.FromMinutes(30));
        foreach (string id in ids)
        {
            await run.EndAsync(id);
            Assert.Single(await run.AttemptsAsync(id));
        }

        // No lease lives for ever either: a wrong clock does not keep a dead node's work.
        var last = await LoadAsync(run);
        await AllHeldAsync(run, last);
        await Task.WhenAll(names.Select(name => run.Farm[name].KillAsync()));
        run.Lifted();
        await Task.WhenAll(names.Select(name => run.Farm[name].RestartAsync()));
        foreach (string id in last)
        {
            await run.EndAsync(id);
        }
    }

    private static async Task<List<string>> LoadAsync(ChaosRun run) =>
        [.. await run.SubmitAsync(3, () => run.Assets.Convert("sim-long")), .. await run.SubmitAsync(6, () => run.Assets.Infer("sim-long"))];

    private static Task AllHeldAsync(ChaosRun run, IEnumerable<string> ids) => ChaosRun.UntilAsync(
        async () => (await Task.WhenAll(ids.Select(run.JobAsync))).All(job => job.Phase is JobPhase.Running or JobPhase.Finalizing or JobPhase.Ended),
        90,
        "not all jobs start");

    private static Task NodesAsync(ChaosRun run) => ChaosRun.UntilAsync(
        async () => (await run.Hub.Client.ListNodesAsync(new ListNodesRequest())).Nodes.Count(node => node.Connected) == 6,
        60,
        "nodes with a wrong clock are not taken in");
}
