using System.Collections.Concurrent;
using TestKit;
using TestKit.Oracles;

namespace Onnx.Tflite.Tests;

/// <summary>Runs many node tests on all cores.</summary>
internal static class NodeTestSuite
{
    public static IReadOnlyList<string> Feasible => [.. File.ReadAllLines(SharedMaterial.Require("testdata", "onnx-node-tests", "feasible.txt")).Where(line => line.Length > 0)];

    public static IReadOnlyList<string> FeasibleStatic => [.. File.ReadAllLines(SharedMaterial.Require("testdata", "onnx-node-tests", "feasible_static.txt")).Where(line => line.Length > 0)];

    public static async Task<IReadOnlyList<NodeTestResult>> RunAsync(IEnumerable<string> names, bool bakeParameters)
    {
        OnnxTestData.Require();
        RuntimeLibraries.RequireLiteRt();
        var results = new ConcurrentBag<NodeTestResult>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        await Parallel.ForEachAsync(names, options, async (name, _) =>
        {
            var test = new NodeTest(name);
            try
            {
                results.Add(await test.RunAsync(bakeParameters));
            }
            catch (Exception bug) when (bug is not Xunit.Sdk.IAssertionException)
            {
                results.Add(new NodeTestResult(test, NodeTestOutcome.Crashed, bug.ToString()));
            }
        });
        return [.. results.OrderBy(result => result.Test.Name, StringComparer.Ordinal)];
    }
}
