using TestKit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: Parallelization(Mode = ParallelMode.None)]

namespace Platform.Simulation.Tests;

#if !PLANTED_BUGS
/// <summary>That the simulation finds what it is there to find: the same program, built with defects.</summary>
public sealed class PlantedBugTests
{
    [Fact]
    public async Task EveryPlantedBug_IsFound()
    {
        string name = typeof(PlantedBugTests).Assembly.GetName().Name!;
        string program = RepositoryRoot.Combine("artifacts", "bin", name, "release_planted", name);
        var run = await ProcessRun.RunAsync(program, ["--filter-class", "*HuntTests", "--xunit-diagnostics", "on", "--show-live-output", "on"], limit: TimeSpan.FromMinutes(30));
        TestContext.Current.SendDiagnosticMessage(run.Output);
        Assert.True(run.ExitCode == 0, run.Output);
    }
}
#endif
