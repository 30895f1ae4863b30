using System.Globalization;
using System.Text.RegularExpressions;
using Platform.Contracts.Runner.V1;

namespace Runner.Model.LiteRt;

/// <summary>
/// Reads the table "Run Order" of LiteRT's profile summary: a line per operator with its share of the whole, how often it ran and its
/// name. The profiler's clock ticks in microseconds and its averages are rounded, so a time is the share of the exact sum.
/// Operators that XNNPACK ran are called Delegate/...
/// </summary>
internal static partial class LiteRtProfileTable
{
    private const string Section = " Run Order ";
    private const string Delegated = "Delegate/";

    public static IReadOnlyList<Operator> Parse(string summary)
    {
        if (Total().Match(summary) is not { Success: true } total)
        {
            return [];
        }

        double sum = double.Parse(total.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        return [.. Rows(summary).Select(row => ToOperator(row, sum))];
    }

    private static IEnumerable<Match> Rows(string summary) => summary.Split('\n')
        .SkipWhile(line => !line.Contains(Section, StringComparison.Ordinal))
        .Skip(1)
        .TakeWhile(line => !line.Contains("=====", StringComparison.Ordinal))
        .Select(line => Row().Match(line))
        .Where(row => row.Success);

    private static Operator ToOperator(Match row, double sum)
    {
        string type = row.Groups["type"].Value;
        bool delegated = type.StartsWith(Delegated, StringComparison.Ordinal);
        int calls = int.Parse(row.Groups["calls"].ValueSpan, CultureInfo.InvariantCulture);
        double mean = double.Parse(row.Groups["share"].ValueSpan, CultureInfo.InvariantCulture) / 100 * sum / calls;
        return new Operator
        {
            Name = row.Groups["name"].Value,
            Type = delegated ? type[Delegated.Length..] : type,
            Delegate = delegated ? "XNNPACK" : "",
            ComputeUnit = "CPU",
            Microseconds = mean,
            MeanMicroseconds = mean,
            Calls = calls,
        };
    }

    [GeneratedRegex(@"^\s*(?<type>\S.*?)\s+[\d.]+\s+[\d.]+\s+[\d.]+\s+(?<share>[\d.]+)%\s+[\d.]+%\s+[\d.]+\s+(?<calls>\d+)\s+(?<name>.*\S)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Row();

    [GeneratedRegex(@"Timings \(microseconds\): count=\d+ (?:.*?)curr=(\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex Total();
}
