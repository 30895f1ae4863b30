using System.Globalization;
using System.Text.RegularExpressions;

namespace Hub.Cli.Comparison;

/// <summary>A rule of <c>--fail-if</c>: a figure, and the change beyond which it fails, e.g. <c>p50 > +3%</c>.</summary>
/// <param name="Figure">p50, p90, min, mean, load or memory.</param>
/// <param name="Limit">Relative change.</param>
/// <param name="More">Whether more than the limit fails; else less.</param>
internal sealed partial record GateRule(string Figure, double Limit, bool More)
{
    public static IReadOnlyList<string> Figures { get; } = ["p50", "p90", "min", "mean", "load", "memory"];

    /// <exception cref="CliException">It is no rule.</exception>
    public static GateRule Parse(string text)
    {
        var match = Form().Match(text);
        if (!match.Success || !Figures.Contains(match.Groups[1].Value))
        {
            throw new CliException($"--fail-if \"{text}\" is no rule: write a figure ({string.Join(", ", Figures)}), > or <, and a change in percent, such as \"p50 > +3%\"");
        }

        return new GateRule(match.Groups[1].Value, double.Parse(match.Groups[3].ValueSpan, CultureInfo.InvariantCulture) / 100, match.Groups[2].Value == ">");
    }

    /// <summary>Whether a change breaks the rule: for certain, not by chance, so the whole interval must lie beyond the limit.</summary>
    public bool Fails(Change change) => More ? change.Low > Limit : change.High < Limit;

    [GeneratedRegex(@"^\s*(\w+)\s*([<>])\s*([+-]?\d+(?:\.\d+)?)\s*%\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
