using System.Text;
using TestKit;
using Torch.Onnx.Lowering;
using Torch.Onnx.Operators;
using Torch.Onnx.Schema;

namespace Torch.Onnx.Tests.Operators;

/// <summary>The table of operators is whole, and docs/aten.md says what it holds.</summary>
public sealed class OperatorTableTests
{
    [Fact]
    public void Table_EveryOperator_HasASignature()
    {
        string[] missing = [.. OperatorTable.Names.Where(name => SchemaTable.Find(name) is null)];
        Assert.True(missing.Length == 0, string.Join('\n', missing));
    }

    [Fact]
    public void Schema_EverySignature_Parses() => Assert.All(SchemaTable.Names, name => Assert.Equal(name, SchemaTable.Find(name)!.Name));

    [Fact]
    public void Table_AndRefusals_HaveNoOperatorInCommon()
    {
        var refused = RefusedOperators.Rows.SelectMany(row => row.Names).ToHashSet();
        Assert.DoesNotContain(OperatorTable.Names, name => name.StartsWith("aten.", StringComparison.Ordinal) && refused.Contains(name.Split('.')[1]));
    }

    [Fact]
    public void Page_ListsEveryOperator() => Snapshot.Match(Page(), "docs", "aten.md");

    private static string Page()
    {
        var page = new StringBuilder();
        int inPlace = InPlaceTwins().Values.Sum(list => list.Count);
        page.Append(System.Globalization.CultureInfo.InvariantCulture, $"""
            # ATen operators that are converted to ONNX

            Generated from `OperatorTable` in `libs/Torch.Onnx` (rewrite it with `HUB_UPDATE_SNAPSHOTS=1`): {OperatorTable.Names.Count()} overloads and {inPlace} in-place twins.
            The library is `aten` and the overload `default` where a name does not say otherwise. Element types follow the
            program's own records, so every type that the ONNX operator has works; float64 where runtimes lack a kernel is
            computed in float32, with a warning. The product is opset 21, or 17 to 20 when asked for; what an older opset
            lacks is refused with `OPSET_TOO_OLD`. In-place operators (`relu_`) are converted as their functional twins, and
            what they write reaches every view of the same memory.


            """);
        foreach (var (title, entries) in OperatorTable.Families)
        {
            page.Append("## ").Append(title).Append("\n\n| operators | becomes | notes |\n|---|---|---|\n");
            foreach (var entry in entries)
            {
                page.Append("| ").AppendJoin(", ", entry.FullNames.Select(Cell)).Append(" | ").Append(entry.Onnx).Append(" | ").Append(Notes(entry)).Append(" |\n");
            }

            page.Append('\n');
        }

        Append(page, "Numbers and control flow", [
            "| operators | becomes |", "|---|---|",
            "| `sym_size.int`, `_operator.*`, `math.*`, `torch.sym_*` on sizes and numbers | 0-d INT64, DOUBLE and BOOL operators, or constants |",
            "| `higher_order.cond` | If |", "| `higher_order.while_loop` | Loop |", "| `higher_order.scan`, `map_impl`, `associative_scan` | Scan |",
            "| `higher_order.wrap_with_set_grad_enabled`, `wrap_with_autocast` | inlined |"]);
        Append(page, "Left out", ["Checks and annotations, which compute nothing:", "", string.Join(", ", DroppedOperators.Targets.Order(StringComparer.Ordinal).Select(name => $"`{name}`"))]);
        Append(page, "Refused for a reason of their own", ["| operators | reason | why |", "|---|---|---|",
            .. RefusedOperators.Rows.Select(row => $"| {string.Join(", ", row.Names.Select(name => $"`{name}`"))} | {row.Reason} | {row.Message} |")]);
        return page.ToString().TrimEnd('\n') + "\n";
    }

    private static void Append(StringBuilder page, string title, IEnumerable<string> lines) => page.Append("## ").Append(title).Append("\n\n").AppendJoin('\n', lines).Append("\n\n");

    private static string Notes(OperatorEntry entry)
    {
        var twins = entry.FullNames.SelectMany(name => InPlaceTwins().GetValueOrDefault(name) ?? []).Distinct().Order(StringComparer.Ordinal).Select(Cell).ToList();
        string inPlace = twins.Count > 0 ? $"in place: {string.Join(", ", twins)}" : "";
        return entry.Note.Length > 0 && inPlace.Length > 0 ? $"{entry.Note}; {inPlace}" : entry.Note + inPlace;
    }

    private static Dictionary<string, List<string>> InPlaceTwins() => SchemaTable.Names
        .Where(name => OperatorTable.Find(name) is null && OperatorLookup.FunctionalTwin(name) is { } twin && OperatorTable.Find(twin) is not null)
        .GroupBy(name => OperatorLookup.FunctionalTwin(name)!).ToDictionary(group => group.Key, group => group.ToList());

    private static string Cell(string name)
    {
        string plain = name.StartsWith("aten.", StringComparison.Ordinal) ? name["aten.".Length..] : name;
        return $"`{(plain.EndsWith(".default", StringComparison.Ordinal) ? plain[..^".default".Length] : plain)}`";
    }
}
