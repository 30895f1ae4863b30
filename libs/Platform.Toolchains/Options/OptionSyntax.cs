using System.Text;
using Platform.Contracts.Hub.V1;

namespace Platform.Toolchains.Options;

/// <summary>
/// Parses option strings as AI Hub takes them: <c>--key value</c>, <c>--key=value</c>, bare <c>--key</c>; single or double
/// quotes around values.
/// </summary>
public static class OptionSyntax
{
    /// <summary>The options in the order given; a bare option has the value null.</summary>
    /// <param name="text">The option string.</param>
    /// <param name="refusals">Receives OPTION_MALFORMED for each part that cannot be parsed.</param>
    public static IReadOnlyList<KeyValuePair<string, string?>> Parse(string text, ICollection<Refusal> refusals)
    {
        var options = new List<KeyValuePair<string, string?>>();
        if (!TrySplit(text, out var words))
        {
            refusals.Add(new Refusal(FailureCode.OptionMalformed, "a quote in the option string is not closed"));
            return options;
        }

        for (int i = 0; i < words.Count; i++)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal) || words[i].Length == 2)
            {
                refusals.Add(new Refusal(FailureCode.OptionMalformed, $"'{words[i]}' is not an option: options start with --", Subject: words[i]));
                continue;
            }

            int equals = words[i].IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                options.Add(new(words[i][2..equals], words[i][(equals + 1)..]));
            }
            else
            {
                bool hasValue = i + 1 < words.Count && !words[i + 1].StartsWith("--", StringComparison.Ordinal);
                options.Add(new(words[i][2..], hasValue ? words[i + 1] : null));
                i += hasValue ? 1 : 0;
            }
        }

        return options;
    }

    /// <summary>Parses a nested list <c>key=value;key=value</c>; a bare key has the value null.</summary>
    public static IReadOnlyList<KeyValuePair<string, string?>> ParseNested(string option, string text, ICollection<Refusal> refusals)
    {
        var options = new List<KeyValuePair<string, string?>>();
        foreach (string part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? part : part[..equals];
            if (key.Length == 0 || key.Contains(' ', StringComparison.Ordinal))
            {
                refusals.Add(new Refusal(FailureCode.OptionMalformed, $"--{option}: '{part}' is not key=value", Subject: option));
                continue;
            }

            options.Add(new(key, equals < 0 ? null : part[(equals + 1)..]));
        }

        return options;
    }

    private static bool TrySplit(string text, out List<string> words)
    {
        words = [];
        var word = new StringBuilder();
        bool inWord = false;
        char quote = '\0';
        foreach (char c in text)
        {
            if (quote != '\0')
            {
                quote = c == quote ? '\0' : Append(word, c, quote);
            }
            else if (c is '"' or '\'')
            {
                quote = c;
                inWord = true;
            }
            else if (!char.IsWhiteSpace(c))
            {
                word.Append(c);
                inWord = true;
            }
            else if (inWord)
            {
                words.Add(word.ToString());
                word.Clear();
                inWord = false;
            }
        }

        if (inWord)
        {
            words.Add(word.ToString());
        }

        return quote == '\0';
    }

    private static char Append(StringBuilder word, char c, char quote)
    {
        word.Append(c);
        return quote;
    }
}
