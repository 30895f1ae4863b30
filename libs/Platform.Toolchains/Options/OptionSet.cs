using System.Globalization;

namespace Platform.Toolchains.Options;

/// <summary>The checked options of one job: what was given, and the defaults of the rest.</summary>
/// <param name="verbatim">The option string as the caller wrote it.</param>
/// <param name="given">Values by option name.</param>
public sealed class OptionSet(string verbatim, IReadOnlyDictionary<string, string> given)
{
    /// <summary>No options.</summary>
    public static OptionSet Empty { get; } = new("", new Dictionary<string, string>());

    /// <summary>The option string as the caller wrote it.</summary>
    public string Verbatim => verbatim;

    /// <summary>Names of the options that were given.</summary>
    public IEnumerable<string> Given => given.Keys;

    /// <summary>The value, or the table's default; null when there is neither.</summary>
    public string? Text(string name) => given.TryGetValue(name, out string? value) ? value : OptionTable.Find(name)?.Default;

    /// <summary>Whether a flag is on.</summary>
    public bool Flag(string name) => Text(name) == "true";

    /// <summary>The names of a comma list; empty when not given.</summary>
    public IReadOnlyList<string> Names(string name) =>
        Text(name)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    /// <summary>An integer with a default in the table.</summary>
    public int Int(string name) => int.Parse(Text(name)!, CultureInfo.InvariantCulture);

    /// <summary>A number with a default in the table.</summary>
    public double Number(string name) => double.Parse(Text(name)!, CultureInfo.InvariantCulture);
}
