using Platform.Simulation.Tests.Engine;
using Platform.Simulation.Tests.Stores;
using Platform.Store;
using Platform.Store.Tests;

namespace Platform.Simulation.Tests;

/// <summary>What stands in for the stores keeps the contract that the adapters keep.</summary>
public sealed class StoreDoubleTests : DocumentStoreConformance
{
    protected override Task<IDocumentStore> CreateAsync()
    {
        var chance = new Chance(1);
        var process = new Process("test", new Scheduler(chance), chance, TimeSpan.Zero);
        return Task.FromResult<IDocumentStore>(new PlainStore(new Database(process, _ => { }), process));
    }
}
