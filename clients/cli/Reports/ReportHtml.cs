using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Hub.Cli.Reports;

/// <summary>The parts of a page. Elements, not text: nothing from a model's file can become markup.</summary>
internal static class ReportHtml
{
    private const string Style = """
        body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f23;background:#fff}
        h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2.5rem;border-bottom:1px solid #d0d7de}h3{font-size:1rem;margin-bottom:.3rem}
        table{border-collapse:collapse;margin:.5rem 0}td,th{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}
        td.n{text-align:right;font-variant-numeric:tabular-nums}th{font-weight:600}svg{max-width:100%;height:auto}
        .warn{background:#fff3cd;padding:.4rem .8rem;border-radius:4px}.note{color:#57606a}
        """;

    public static XDocument Page(string title, IEnumerable<XElement> content)
    {
        var page = new XDocument(
            new XDocumentType("html", null, null, null),
            new XElement(
                "html",
                new XAttribute("lang", "en"),
                new XElement(
                    "head",
                    new XElement("meta", new XAttribute("charset", "utf-8")),
                    new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width")),
                    new XElement("title", title),
                    new XElement("style", Style)),
                new XElement("body", new XElement("h1", title), content)));
        foreach (var text in page.DescendantNodes().OfType<XText>())
        {
            text.Value = Clean(text.Value);
        }

        return page;
    }

    /// <summary>The text with a replacement character for everything that XML cannot hold: a name may hold any character.</summary>
    public static string Clean(string text) =>
        string.Concat(text.EnumerateRunes().Select(rune => rune.Value > char.MaxValue || XmlConvert.IsXmlChar((char)rune.Value) ? rune : Rune.ReplacementChar));

    public static XElement Section(string title, params IEnumerable<object?> content) => new("section", new XElement("h2", title), content);

    public static XElement Part(string title, params IEnumerable<object?> content) => new("div", new XElement("h3", title), content);

    public static XElement Facts(params IEnumerable<(string Name, string? Value)> facts) => new(
        "table",
        facts.Where(fact => fact.Value is { Length: > 0 }).Select(fact => new XElement("tr", new XElement("th", fact.Name), new XElement("td", fact.Value))));

    /// <summary>A table; cells that begin with a digit, a sign or ∞ are numbers.</summary>
    public static XElement Table(IEnumerable<string> columns, IEnumerable<IEnumerable<string>> rows) => new(
        "table",
        new XElement("tr", columns.Select(column => new XElement("th", column))),
        rows.Select(row => new XElement("tr", row.Select(cell => new XElement("td", cell.Length > 0 && (char.IsDigit(cell[0]) || cell[0] is '-' or '∞') ? new XAttribute("class", "n") : null, cell)))));

    public static XElement Warning(string text) => new("p", new XAttribute("class", "warn"), text);

    public static XElement Note(string text) => new("p", new XAttribute("class", "note"), text);
}
