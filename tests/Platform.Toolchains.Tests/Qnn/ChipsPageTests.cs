using System.Text;
using Platform.Toolchains.Qnn;
using TestKit;

namespace Platform.Toolchains.Tests;

/// <summary>The table of chips in docs/qnn.md is written from the one that the code goes by.</summary>
public sealed class ChipsPageTests
{
    private const string Begin = "<!-- chips: written by tests/Platform.Toolchains.Tests -->\n";
    private const string End = "<!-- /chips -->";

    [Fact]
    public void Page_ListsEveryChip()
    {
        string page = File.ReadAllText(RepositoryRoot.Combine("docs", "qnn.md"));
        int from = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, to = page.IndexOf(End, StringComparison.Ordinal);
        Assert.True(from >= Begin.Length && to >= from, "the markers of the table are gone");
        Snapshot.Match(page[..from] + Table() + page[to..], "docs", "qnn.md");
    }

    private static string Table()
    {
        var table = new StringBuilder("| number | chip | names in `chipset:` | Hexagon | float | 16-bit weights | group |\n|---|---|---|---|---|---|---|\n");
        foreach (var soc in SocTable.All)
        {
            string floats = soc.Floats switch
            {
                SocFloats.None => "no",
                SocFloats.BFloat16 => "float16, bfloat16",
                _ => "float16",
            };
            table.Append(System.Globalization.CultureInfo.InvariantCulture, $"| {soc.Id} | {soc.Name} | {string.Join(", ", soc.Chipsets)} | v{soc.Arch} | {floats} | {(soc.HasWideWeights ? "yes" : "no")} | {soc.Group} |\n");
        }

        return table.ToString();
    }
}
