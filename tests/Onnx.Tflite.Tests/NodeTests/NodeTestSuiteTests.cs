using System.Globalization;

namespace Onnx.Tflite.Tests;

public sealed class NodeTestSuiteTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NodeTests_AsIsOrBaked_ConvertAndMatch(bool baked)
    {
        string only = Environment.GetEnvironmentVariable("HUB_NODE_TESTS") ?? "";
        var results = await NodeTestSuite.RunAsync(NodeTestSuite.Feasible.Where(name => name.Contains(only, StringComparison.Ordinal)), baked);
        Report(results, baked);
        Assert.Empty(results.Where(result => result.Outcome is NodeTestOutcome.Crashed).Select(result => $"{result.Test.Name}: {result.Detail}"));
        Assert.Empty(results.Where(result => result.Outcome is NodeTestOutcome.Wrong or NodeTestOutcome.DoesNotRun).Select(result => $"{result.Test.Name}: {result.Detail}"));
    }

    private static void Report(IReadOnlyList<NodeTestResult> results, bool baked)
    {
        var feasible = NodeTestSuite.FeasibleStatic.ToHashSet(StringComparer.Ordinal);
        string counts = string.Join(", ", Enum.GetValues<NodeTestOutcome>().Select(outcome => $"{results.Count(result => result.Outcome == outcome)} {outcome}"));
        int passedStatic = results.Count(result => result.Outcome == NodeTestOutcome.Passed && feasible.Contains(result.Test.Name));
        TestContext.Current.SendDiagnosticMessage($"{(baked ? "baked" : "as is")}: {counts}; of the {feasible.Count} static ones {passedStatic} passed");
        if (Environment.GetEnvironmentVariable("HUB_NODE_TEST_LOG") is { Length: > 0 } log)
        {
            File.AppendAllLines(log, results.Select(result => string.Create(CultureInfo.InvariantCulture, $"{(baked ? "B" : "A")}\t{result.Outcome}\t{result.Test.Name}\t{result.Test.Operator}\t{result.Detail.Split('\n')[0]}")));
        }
    }
}
