using System.Globalization;
using Torch.Onnx.Program;

namespace Torch.Onnx.Schema;

/// <summary>
/// Parses a signature in PyTorch's own notation:
/// <c>aten.add_.Tensor(Tensor(a!) self, Tensor other, *, Scalar alpha=1) -> Tensor(a!)</c>.
/// </summary>
internal static class SchemaParser
{
    public static OperatorSchema Parse(string line)
    {
        int open = line.IndexOf('(', StringComparison.Ordinal);
        int arrow = line.LastIndexOf(") -> ", StringComparison.Ordinal);
        var arguments = new List<SchemaArgument>();
        foreach (string part in SplitTopLevel(line[(open + 1)..arrow]))
        {
            if (part != "*")
            {
                arguments.Add(ParseArgument(part));
            }
        }

        return new OperatorSchema(line[..open], [.. arguments], CountReturns(line[(arrow + 5)..]));
    }

    private static int CountReturns(string returns) => returns == "()" ? 0 : returns[0] == '(' ? SplitTopLevel(returns[1..^1]).Count : 1;

    private static SchemaArgument ParseArgument(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string declaration = equals < 0 ? text : text[..equals];
        int space = declaration.LastIndexOf(' ');
        string type = declaration[..space];
        return new SchemaArgument(
            declaration[(space + 1)..], type, equals < 0 ? null : ParseDefault(text[(equals + 1)..]), type.Contains('!', StringComparison.Ordinal));
    }

    private static Argument ParseDefault(string text) => text switch
    {
        "None" => Argument.None.Instance,
        "True" => new Argument.Bool(true),
        "False" => new Argument.Bool(false),
        "[]" => new Argument.Ints([]),
        _ when text[0] == '"' => new Argument.Text(text[1..^1]),
        _ when text[0] == '[' => ParseList(text[1..^1].Split(", ")),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long integer) => new Argument.Int(integer),
        _ => new Argument.Float(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture)),
    };

    private static Argument ParseList(string[] items) => items[0] is "True" or "False"
        ? new Argument.Bools(Array.ConvertAll(items, item => item == "True"))
        : new Argument.Ints(Array.ConvertAll(items, item => long.Parse(item, CultureInfo.InvariantCulture)));

    private static List<string> SplitTopLevel(string text)
    {
        var parts = new List<string>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            char c = i < text.Length ? text[i] : ',';
            depth += c is '(' or '[' ? 1 : c is ')' or ']' ? -1 : 0;
            if (c == ',' && (depth == 0 || i == text.Length))
            {
                string part = text[start..i].Trim();
                if (part.Length > 0)
                {
                    parts.Add(part);
                }

                start = i + 1;
            }
        }

        return parts;
    }
}
