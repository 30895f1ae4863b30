using System.Globalization;
using System.Text;

namespace Platform.Store;

/// <summary>
/// Builds index keys as text whose byte order is the order of the parts: every adapter compares keys as plain bytes, so
/// all of them list documents in the same order.
/// </summary>
public static class IndexKey
{
    // Separator < escape sign < every other character that an escaped text can hold.
    private const char Separator = '!';
    private const char Escape = '"';

    /// <summary>A key of several parts, compared part by part.</summary>
    /// <param name="parts">Texts (as they are), integers, times (milliseconds), booleans and enums (by name).</param>
    public static string Of(params ReadOnlySpan<object> parts)
    {
        var key = new StringBuilder();
        foreach (object part in parts)
        {
            Append(key, part);
            key.Append(Separator);
        }

        return key.ToString();
    }

    /// <summary>The first key after all keys that begin with the given parts: the exclusive end of a prefix range.</summary>
    public static string After(string prefix) => prefix[..^1] + (char)(Separator + 1);

    private static void Append(StringBuilder key, object part)
    {
        switch (part)
        {
            case string text: AppendText(key, text); break;
            case int number: AppendNumber(key, number); break;
            case long number: AppendNumber(key, number); break;
            case DateTimeOffset time: AppendNumber(key, time.ToUnixTimeMilliseconds()); break;
            case bool flag: key.Append(flag ? '1' : '0'); break;
            case Enum value: AppendText(key, value.ToString()); break;
            default: throw new ArgumentException($"a key part cannot be a {part.GetType()}", nameof(part));
        }
    }

    private static void AppendText(StringBuilder key, string text)
    {
        foreach (char c in text)
        {
            if (c <= Escape)
            {
                key.Append(Escape).Append(((int)c).ToString("X2", CultureInfo.InvariantCulture));
            }
            else
            {
                key.Append(c);
            }
        }
    }

    // Sixteen hexadecimal digits with the sign bit turned: negative numbers come first.
    private static void AppendNumber(StringBuilder key, long number) =>
        key.Append(((ulong)number ^ (1UL << 63)).ToString("X16", CultureInfo.InvariantCulture));
}
