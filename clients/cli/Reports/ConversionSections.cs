using System.Globalization;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Hub.Cli.Reports;

/// <summary>What a page shows of a conversion: its steps, and how near the product is to its source.</summary>
internal static class ConversionSections
{
    public static IEnumerable<XElement> Of(JsonNode report)
    {
        if (report["steps"] is JsonArray { Count: > 0 } steps)
        {
            yield return ReportHtml.Part("Conversion", ReportHtml.Table(
                ["step", "version", "seconds"],
                steps.Select(step => (IEnumerable<string>)[Text(step!["step"]), Text(step["version"]), Number(step["wall_seconds"], "0.###")])));
        }

        if (report["link"] is { } link)
        {
            yield return ReportHtml.Part("Link", ReportHtml.Facts(
                ("models", Text(link["models"])), ("bytes apart", Number(link["bytes_before"], "#,0")), ("bytes linked", Number(link["bytes_after"], "#,0"))));
        }

        if (report["parity"]?["end_to_end"] is { } whole)
        {
            yield return Parity(whole);
        }
    }

    private static XElement Parity(JsonNode parity) => (string?)parity["not_taken"] is { } reason
        ? ReportHtml.Part("Parity", ReportHtml.Note($"Not taken: {reason}"))
        : ReportHtml.Part(
            "Parity",
            ReportHtml.Note($"{parity["source_runtime"]} against {parity["product_runtime"]}, {parity["samples"]} inputs; the worst of each figure."),
            ReportHtml.Table(
                ["output", "type", "SNR dB", "max abs", "max relative to range", "cosine"],
                parity["outputs"]!.AsArray().Select(output => (IEnumerable<string>)
                    [Text(output!["name"]), Text(output["dtype"]), Number(output["snr_db"], "0.0"), Number(output["max_abs"], "0.###e0"), Number(output["max_relative"], "0.###e0"), Number(output["cosine"], "0.########")])));

    private static string Text(JsonNode? value) => value?.ToString() ?? "";

    private static string Number(JsonNode? value, string format) => value is null ? "" : value.GetValueKind() == System.Text.Json.JsonValueKind.Number
        ? ((double)value).ToString(format, CultureInfo.InvariantCulture)
        : value.ToString().Replace("Infinity", "∞", StringComparison.Ordinal);
}
