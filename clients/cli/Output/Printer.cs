using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Spectre.Console;

namespace Hub.Cli.Output;

/// <summary>Prints results: tables for people, the hub's own JSON for programs.</summary>
internal sealed class Printer(CliContext context, bool json)
{
    private static readonly JsonFormatter s_formatter = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    public bool Json => json;

    /// <summary>A message as JSON, or whatever <paramref name="pretty"/> prints.</summary>
    public int Print(IMessage message, Action pretty)
    {
        if (json)
        {
            Print(JsonNode.Parse(s_formatter.Format(message))!);
        }
        else
        {
            pretty();
        }

        return ExitCode.Done;
    }

    public void Print(JsonNode node) => context.Output.WriteLine(node.ToJsonString(s_indented));

    public void Line(string text = "") => context.Output.WriteLine(text);

    /// <summary>A table whose columns fit the terminal.</summary>
    public void Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (string column in columns)
        {
            table.AddColumn(new TableColumn(new Markup($"[bold]{Markup.Escape(column)}[/]")) { NoWrap = column is "id" });
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(cell => new Text(cell))]);
        }

        Console(context.Output).Write(table);
    }

    /// <summary>Facts, one a line: name and value.</summary>
    public void Facts(params IReadOnlyList<(string Name, string Value)> facts)
    {
        int width = facts.Where(fact => fact.Value.Length > 0).Select(fact => fact.Name.Length).DefaultIfEmpty(0).Max();
        foreach (var (name, value) in facts.Where(fact => fact.Value.Length > 0))
        {
            context.Output.WriteLine($"{name.PadRight(width)}  {value.Replace("\n", "\n" + new string(' ', width + 2), StringComparison.Ordinal)}");
        }
    }

    public static IAnsiConsole Console(TextWriter writer) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(writer),
        Ansi = writer == System.Console.Out && !System.Console.IsOutputRedirected ? AnsiSupport.Detect : AnsiSupport.No,
        Interactive = InteractionSupport.No,
    });
}
