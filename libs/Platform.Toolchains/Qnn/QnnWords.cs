using System.Text.RegularExpressions;

namespace Platform.Toolchains.Qnn;

/// <summary>What the vendor's libraries print: all of it goes to the log, and the lines that say why something failed are kept.</summary>
/// <param name="log">Hears each line, without colours.</param>
public sealed partial class QnnWords(Action<string> log)
{
    private const int MostLines = 200;

    private static readonly string[] s_harmless = ["No alternate configuration", "unexpected GraphHtpSettings option", "HTP power config id"];

    private readonly List<string> _lines = [];

    /// <summary>Lines that may say why, in the order they came.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Takes a line.</summary>
    public void Add(string line)
    {
        string plain = Colours().Replace(line, "");
        log(plain);
        if (_lines.Count < MostLines && !s_harmless.Any(harmless => plain.Contains(harmless, StringComparison.Ordinal)))
        {
            _lines.Add(plain);
        }
    }

    [GeneratedRegex(@"\x1B\[[0-9;]*[A-Za-z]", RegexOptions.CultureInvariant)]
    private static partial Regex Colours();
}
