using Platform.Contracts.Runner.V1;
using Runner.Model.Runtimes;

namespace Runner.Model.Stages;

/// <summary>Says which runtimes can be loaded here.</summary>
internal static class ProbeStage
{
    public static Probed Run(Settings settings)
    {
        var probed = new Probed();
        foreach (var adapter in RuntimeAdapter.All)
        {
            try
            {
                probed.Runtimes.Add(adapter.Probe(settings));
            }
            catch (RunnerException problem)
            {
                probed.Runtimes.Add(new RuntimeVersion { Runtime = adapter.Kind, Problem = problem.Message });
            }
        }

        return probed;
    }
}
