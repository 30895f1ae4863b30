using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Hub.Cli.Reports;

/// <summary>What a page shows of a profile (docs/profile.md explains the keys).</summary>
internal static class ProfileSections
{
    private const int ShownOperators = 30;

    public static IEnumerable<XElement> Of(JsonNode profile)
    {
        var measurement = profile["measurement"]!;
        if ((string?)measurement["kind"] == "placement")
        {
            yield return ReportHtml.Warning((string?)measurement["note"] ?? "");
            yield return ReportHtml.Part("Operators", ReportHtml.Table(
                ["operator", "unit"], profile["execution_detail"]!.AsArray().Select(row => (IEnumerable<string>)[row!["name"]!.ToString(), row["compute_unit"]!.ToString()])));
            yield break;
        }

        var samples = Numbers(measurement["sample_microseconds"]!);
        foreach (var warning in Warnings(measurement))
        {
            yield return ReportHtml.Warning(warning);
        }

        yield return ReportHtml.Part("Latency", LatencyFacts(measurement["statistics"]!, measurement), ReportCharts.Distribution(samples), ReportCharts.Series(Numbers(measurement["sample_start_microseconds"]!), samples));
        yield return Operators(measurement);
        yield return Loads(measurement);
        yield return Memory(measurement);
        yield return Environment(measurement["environment"]!);
    }

    private static IEnumerable<string> Warnings(JsonNode measurement)
    {
        var validity = measurement["validity"]!;
        if ((bool)validity["contended"]!)
        {
            yield return "Contended: the machine did other work of the hub while this was measured.";
        }

        if ((bool)validity["emulated"]!)
        {
            yield return "Emulated device: these times say nothing of the real one.";
        }

        if ((string?)measurement["drift"]!["verdict"] is { } verdict and not ("steady" or "unknown"))
        {
            yield return $"The latency was {verdict} during the measurement.";
        }
    }

    private static XElement LatencyFacts(JsonNode statistics, JsonNode measurement) => ReportHtml.Facts(
        ("median", $"{Micro(statistics["p50"])} µs{Interval(statistics)}"),
        ("minimum", $"{Micro(statistics["minimum"])} µs (AI Hub's estimated inference time)"),
        ("p90", statistics["p90"] is { } p90 ? $"{Micro(p90)} µs" : null),
        ("p99", statistics["p99"] is { } p99 ? $"{Micro(p99)} µs" : (string?)statistics["p99_reason"]),
        ("runs", $"{statistics["count"]}, {statistics["outliers"]!.AsArray().Count} of them flagged as outliers"),
        ("drift", (string?)measurement["drift"]!["verdict"]));

    private static string Interval(JsonNode statistics) =>
        statistics["p50_interval"] is JsonArray { Count: 2 } interval ? $" (95 % interval {Micro(interval[0])} to {Micro(interval[1])})" : "";

    private static XElement Operators(JsonNode measurement)
    {
        var all = measurement["operators"]!.AsArray().Select(row => row!).OrderByDescending(row => (double)row["mean_microseconds"]!).ToList();
        if (all.Count == 0)
        {
            return ReportHtml.Part("Operators", ReportHtml.Note("The runtime gave no times of operators."));
        }

        var shown = all.Take(ShownOperators).ToList();
        return ReportHtml.Part(
            "Operators",
            ReportHtml.Note($"From a pass of its own with profiling on{(measurement["profiling_overhead_ratio"] is { } ratio ? $", which took {Ratio(ratio)} times as long" : "")}."),
            ReportCharts.Bars([.. shown.Select(row => ($"{row["type"]} {Short((string?)row["name"])}", (double)row["mean_microseconds"]!))], "µs, mean"),
            ReportHtml.Table(
                ["operator", "type", "unit", "delegate", "mean µs", "calls"],
                shown.Select(row => (IEnumerable<string>)[Text(row["name"]), Text(row["type"]), Text(row["compute_unit"]), Text(row["delegate"]), Micro(row["mean_microseconds"]), Text(row["calls"])])),
            all.Count > shown.Count ? ReportHtml.Note($"{all.Count - shown.Count} more in the profile's JSON.") : null);
    }

    private static XElement Loads(JsonNode measurement) => ReportHtml.Part(
        "Loading, each in a fresh process",
        ReportHtml.Table(
            ["load", "read ms", "prepare ms", "first run ms"],
            measurement["loads"]!.AsArray().Select(load => (IEnumerable<string>)[Text(load!["kind"]), Phase(load, "read"), Phase(load, "prepare"), Phase(load, "first_run")])));

    private static XElement Memory(JsonNode measurement) => ReportHtml.Part(
        "Memory of the runner's process",
        ReportCharts.Bars(
            [
                .. measurement["loads"]![0]!["phases"]!.AsArray().Select(phase => ($"{phase!["name"]} (cold load)", Mebibytes(phase["memory"]!["peak_bytes"]))),
                ("timed runs", Mebibytes(measurement["inference_memory"]!["peak_bytes"])),
            ],
            "peak MiB"));

    private static XElement Environment(JsonNode environment) => ReportHtml.Part(
        "Environment",
        ReportHtml.Facts(
            [
                ("measured at", Text(environment["measured_at"])), ("runtime", $"{environment["runtime"]} {environment["runtime_version"]}"), ("inputs", Text(environment["inputs"])),
                ("model SHA-256", Text(environment["model_sha256"])), ("worker", Text(environment["worker_version"])),
                .. environment["host"]!.AsObject().Select(fact => (fact.Key, (string?)fact.Value!["value"] ?? $"not known: {fact.Value["reason"]}")),
            ]));

    private static string Phase(JsonNode load, string name) =>
        load["phases"]!.AsArray().FirstOrDefault(phase => (string?)phase!["name"] == name) is { } found ? ((double)found["microseconds"]! / 1000).ToString("0.###", CultureInfo.InvariantCulture) : "";

    private static List<double> Numbers(JsonNode array) => [.. array.AsArray().Select(value => (double)value!)];

    private static double Mebibytes(JsonNode? bytes) => (double)bytes! / (1 << 20);

    private static string Micro(JsonNode? value) => value is null ? "" : ((double)value).ToString("0.###", CultureInfo.InvariantCulture);

    private static string Ratio(JsonNode value) => ((double)value).ToString("0.##", CultureInfo.InvariantCulture);

    private static string Text(JsonNode? value) => value?.ToString() ?? "";

    private static string Short(string? name) => name is { Length: > 40 } ? "…" + name[^39..] : name ?? "";
}
