using Platform.Contracts.Hub.V1;

namespace Platform.Chaos.Tests;

/// <summary>Farm hosts whose devices alone are given runs: the others are drained as an operator drains them.</summary>
internal sealed class OnlyHosts : IAsyncDisposable
{
    private readonly ChaosRun _run;
    private readonly string[] _others;

    private OnlyHosts(ChaosRun run, string[] others) => (_run, _others) = (run, others);

    public static async Task<OnlyHosts> TakeAsync(ChaosRun run, params string[] hosts)
    {
        var all = (await run.Hub.Client.ListNodesAsync(new ListNodesRequest())).Nodes.Where(node => node.Part == FarmPart.FarmHost).Select(node => node.Id);
        var only = new OnlyHosts(run, [.. all.Except(hosts)]);
        foreach (string host in only._others)
        {
            await run.PersistAsync(client => client.DrainAsync(new DrainRequest { Part = FarmPart.FarmHost, Id = host, Reason = "only others" }));
        }

        return only;
    }

    /// <summary>All hosts take runs again.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (string host in _others)
        {
            await _run.PersistAsync(client => client.UndrainAsync(new UndrainRequest { Part = FarmPart.FarmHost, Id = host }));
        }
    }
}
