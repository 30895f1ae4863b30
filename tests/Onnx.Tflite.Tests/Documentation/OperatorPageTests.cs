using System.Globalization;
using System.Text;
using Onnx.Model;
using Onnx.Tflite.Lowering;
using TestKit;

namespace Onnx.Tflite.Tests;

public sealed class OperatorPageTests
{
    [Fact]
    public void OperatorPage_MatchesTheRegistry() => Snapshot.Match(Page(), "docs", "operators.md");

    [Fact]
    public void ConverterPage_ListsEveryReasonCodeAndPass()
    {
        string page = File.ReadAllText(RepositoryRoot.Combine("docs", "converter.md"));
        Assert.All(ReasonCode.All, code => Assert.Contains($"`{code}`", page, StringComparison.Ordinal));
        Assert.All(TfliteConverter.PassNames, pass => Assert.Contains($"`{pass}`", page, StringComparison.Ordinal));
    }

    private static string Page()
    {
        var tests = NodeTestOperators();
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            # ONNX operators that are converted to TensorFlow Lite

            Generated from the registry in `libs/Onnx.Tflite/Lowering` (rewrite it with `HUB_UPDATE_SNAPSHOTS=1`): {Lowerings.Rows.Count} operators.
            Older forms of an operator are brought to the newest one first. "Tests" counts the node tests of ONNX that TensorFlow Lite can express: those
            that are refused are named in `tests/Onnx.Tflite.Tests/NodeTests/refused.tsv`, all others convert and match.

            | operator | operator sets | types | builtins | limits | tests |
            |---|---|---|---|---|---|

            """);
        foreach (var row in Lowerings.Rows.OrderBy(row => row.Domain, StringComparer.Ordinal).ThenBy(row => row.Name, StringComparer.Ordinal))
        {
            string name = row.Domain.Length == 0 ? row.Name : $"{row.Domain}.{row.Name}";
            string count = row.Domain.Length == 0 && tests.TryGetValue(row.Name, out int found) ? found.ToString(CultureInfo.InvariantCulture) : "";
            page.Append(CultureInfo.InvariantCulture, $"| {name} | {row.Opsets} | {row.Types} | {row.Builtins} | {row.Limits} | {count} |\n");
        }

        return page.ToString();
    }

    private static Dictionary<string, int> NodeTestOperators()
    {
        OnnxTestData.Require();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string name in NodeTestSuite.Feasible)
        {
            using var file = OnnxFile.Open(Path.Combine(OnnxTestData.Root, name, "model.onnx"));
            foreach (string type in file.Model.Graph.Nodes.Select(node => node.OpType).Distinct())
            {
                counts[type] = counts.GetValueOrDefault(type) + 1;
            }
        }

        return counts;
    }
}
