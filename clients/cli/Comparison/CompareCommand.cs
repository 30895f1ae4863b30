using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Hub.Cli.Connection;
using Hub.Cli.Output;
using Hub.Cli.Reports;
using MathNet.Numerics.Statistics;

namespace Hub.Cli.Comparison;

/// <summary><c>hub jobs compare</c>: two profiles, figure by figure and layer by layer; a gate for pipelines.</summary>
internal static class CompareCommand
{
    private const int ShownLayers = 20;
    private static readonly Argument<string> s_before = new("A") { Description = "Profile job before." };
    private static readonly Argument<string> s_after = new("B") { Description = "Profile job after." };
    private static readonly Option<string[]> s_failIf = new("--fail-if") { Description = "Exit code 5 when the figure changed by more, e.g. \"p50 > +3%\"; may be repeated." };

    public static Command Create(CliContext context) => new Command("compare", """
        Compare two profile jobs: latency with its 95 % interval (paired bootstrap), loading, memory, layers.

        Example:
          hub jobs compare j1abcdefg j2abcdefg --fail-if "p50 > +3%"
        """) { s_before, s_after, s_failIf }.WithHub(context, RunAsync);

    private static async Task<int> RunAsync(ParseResult parsed, HubConnection hub, Printer printer, CancellationToken cancellation)
    {
        var rules = (parsed.GetValue(s_failIf) ?? []).Select(GateRule.Parse).ToList();
        var before = await ProfileAsync(hub, parsed.GetRequiredValue(s_before), cancellation);
        var after = await ProfileAsync(hub, parsed.GetRequiredValue(s_after), cancellation);
        var changes = Changes(before, after);
        var broken = rules.Where(rule => rule.Fails(changes[rule.Figure])).ToList();
        if (printer.Json)
        {
            printer.Print(ToJson(changes, broken));
        }
        else
        {
            Print(printer, changes, before, after);
            broken.ForEach(rule => printer.Line($"gate failed: {rule.Figure} changed by {Percent(changes[rule.Figure].Relative)}, {Percent(rule.Limit)} is the limit"));
        }

        return broken.Count > 0 ? ExitCode.GateFailed : ExitCode.Done;
    }

    private static async Task<JsonNode> ProfileAsync(HubConnection hub, string job, CancellationToken cancellation) =>
        (await ReportedJob.LoadAsync(hub, job, cancellation)).Profile ?? throw new CliException($"{job} has no profile: only profile jobs that succeeded can be compared");

    private static Dictionary<string, Change> Changes(JsonNode before, JsonNode after)
    {
        var (first, second) = (Samples(before), Samples(after));
        return new Dictionary<string, Change>(StringComparer.Ordinal)
        {
            ["p50"] = SampleComparison.Of(first, second, values => values.Median()),
            ["p90"] = SampleComparison.Of(first, second, values => values.Quantile(0.9)),
            ["min"] = SampleComparison.Of(first, second, values => values.Min()),
            ["mean"] = SampleComparison.Of(first, second, values => values.Mean()),
            ["load"] = SampleComparison.Of(Loads(before), Loads(after), values => values.Median()),
            ["memory"] = Exact((double)before["execution_summary"]!["estimated_inference_peak_memory"]!, (double)after["execution_summary"]!["estimated_inference_peak_memory"]!),
        };
    }

    private static Change Exact(double before, double after)
    {
        double relative = before == 0 ? 0 : (after - before) / before;
        return new Change(before, after, relative, relative, relative);
    }

    private static void Print(Printer printer, Dictionary<string, Change> changes, JsonNode before, JsonNode after)
    {
        printer.Table(
            ["figure", "A", "B", "change", "95 % interval", ""],
            changes.Select(pair => (IReadOnlyList<string>)
            [
                pair.Key, Value(pair.Key, pair.Value.Before), Value(pair.Key, pair.Value.After), Percent(pair.Value.Relative), $"{Percent(pair.Value.Low)} to {Percent(pair.Value.High)}",
                pair.Value.IsClear ? "" : "may be chance",
            ]));
        var layers = Layers(before, after).OrderByDescending(layer => Math.Abs(layer.After - layer.Before)).Take(ShownLayers).ToList();
        if (layers.Count > 0)
        {
            printer.Line();
            printer.Table(["layer", "A µs", "B µs"], layers.Select(layer => (IReadOnlyList<string>)[layer.Name, Micro(layer.Before), Micro(layer.After)]));
        }
    }

    private static IEnumerable<(string Name, double Before, double After)> Layers(JsonNode before, JsonNode after)
    {
        var (first, second) = (Operators(before), Operators(after));
        return first.Keys.Union(second.Keys).Select(name => (name, first.GetValueOrDefault(name), second.GetValueOrDefault(name)));
    }

    private static Dictionary<string, double> Operators(JsonNode profile) => profile["measurement"]!["operators"]!.AsArray()
        .GroupBy(row => $"{row!["type"]} {row["name"]}")
        .ToDictionary(group => group.Key, group => group.Sum(row => (double)row!["mean_microseconds"]!), StringComparer.Ordinal);

    private static List<double> Samples(JsonNode profile) => [.. profile["measurement"]!["sample_microseconds"]!.AsArray().Select(value => (double)value!)];

    private static List<double> Loads(JsonNode profile) => [.. profile["execution_summary"]!["all_warm_load_times"]!.AsArray().Select(value => (double)value!)];

    private static JsonObject ToJson(Dictionary<string, Change> changes, List<GateRule> broken) => new()
    {
        ["changes"] = new JsonObject(changes.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)new JsonObject
        {
            ["before"] = pair.Value.Before, ["after"] = pair.Value.After, ["change"] = pair.Value.Relative, ["interval"] = new JsonArray(pair.Value.Low, pair.Value.High),
        }))),
        ["failed"] = new JsonArray([.. broken.Select(rule => (JsonNode)rule.Figure)]),
    };

    private static string Value(string figure, double value) => figure == "memory" ? Words.Bytes(value) : $"{Micro(value)} µs";

    private static string Micro(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Percent(double share) => (share * 100).ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture) + " %";
}
