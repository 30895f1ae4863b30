using System.Collections.Concurrent;

namespace Torch.Onnx.Tests.Oracle;

/// <summary>Judges all cases of a folder, as many at once as there are processors.</summary>
internal static class FixtureRun
{
    public static IReadOnlyDictionary<string, FixtureOutcome> Judge(string folder, ImportOptions? options = null)
    {
        var outcomes = new ConcurrentDictionary<string, FixtureOutcome>();
        string only = Environment.GetEnvironmentVariable("HUB_TEST_PT2_ONLY") ?? "*";
        Parallel.ForEach(
            Directory.GetDirectories(folder, only),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = TestContext.Current.CancellationToken },
            path => outcomes[Path.GetFileName(path)] = Fixture.Open(path).Judge(options));
        return outcomes;
    }
}
