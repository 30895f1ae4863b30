using System.Globalization;
using TestKit;

namespace Onnx.Tflite.Tests;

public sealed class NodeTestSuiteTests
{
    private const double StaticShare = 0.97;
    private const double FeasibleShare = 0.90;
    private const double BakedShare = 0.95;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NodeTests_AsIsOrBaked_ConvertAndMatch(bool baked)
    {
        string only = Environment.GetEnvironmentVariable("HUB_NODE_TESTS") ?? "";
        var names = NodeTestSuite.Feasible.Where(name => name.Contains(only, StringComparison.Ordinal)).ToList();
        var results = await NodeTestSuite.RunAsync(names, baked);
        Report(results, baked);
        Assert.Empty(results.Where(result => result.Outcome is NodeTestOutcome.Crashed).Select(result => $"{result.Test.Name}: {result.Detail}"));
        Assert.Empty(results.Where(result => result.Outcome is NodeTestOutcome.Wrong or NodeTestOutcome.DoesNotRun).Select(result => $"{result.Test.Name}: {result.Detail}"));
        string mode = baked ? "baked" : "as-is";
        Assert.Equal(KnownRefusals(mode, names), results.Where(result => result.Outcome == NodeTestOutcome.Refused).Select(result => $"{result.Test.Name}\t{result.Detail.Split(' ')[0]}").Order(StringComparer.Ordinal));
        Assert.InRange(Passed(results, names), (baked ? BakedShare : FeasibleShare) * names.Count, names.Count);
        var unmoving = NodeTestSuite.FeasibleStatic.Intersect(names, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
        Assert.InRange(Passed(results, unmoving), StaticShare * unmoving.Count, unmoving.Count);
    }

    private static int Passed(IReadOnlyList<NodeTestResult> results, ICollection<string> names) => results.Count(result => result.Outcome == NodeTestOutcome.Passed && names.Contains(result.Test.Name));

    private static IEnumerable<string> KnownRefusals(string mode, List<string> names) =>
        File.ReadLines(RepositoryRoot.Combine("tests", "Onnx.Tflite.Tests", "NodeTests", "refused.tsv"))
            .Select(line => line.Split('\t'))
            .Where(columns => columns[0] == mode && names.Contains(columns[1]))
            .Select(columns => $"{columns[1]}\t{columns[2]}")
            .Order(StringComparer.Ordinal);

    private static void Report(IReadOnlyList<NodeTestResult> results, bool baked)
    {
        var feasible = NodeTestSuite.FeasibleStatic.ToHashSet(StringComparer.Ordinal);
        string counts = string.Join(", ", Enum.GetValues<NodeTestOutcome>().Select(outcome => $"{results.Count(result => result.Outcome == outcome)} {outcome}"));
        TestContext.Current.SendDiagnosticMessage($"{(baked ? "baked" : "as is")}: {counts}; of the {feasible.Count} static ones {Passed(results, feasible)} passed");
        if (Environment.GetEnvironmentVariable("HUB_NODE_TEST_LOG") is { Length: > 0 } log)
        {
            File.AppendAllLines(log, results.Select(result => string.Create(CultureInfo.InvariantCulture, $"{(baked ? "B" : "A")}\t{result.Outcome}\t{result.Test.Name}\t{result.Test.Operator}\t{result.Detail.Split('\n')[0]}")));
        }
    }
}
