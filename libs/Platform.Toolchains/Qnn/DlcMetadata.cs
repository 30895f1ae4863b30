using System.Text;
using System.Text.RegularExpressions;

namespace Platform.Toolchains.Qnn;

/// <summary>What a DLC says of its making, in the JSON of the members <c>dlc.metadata*</c>.</summary>
public static partial class DlcMetadata
{
    private const string Prefix = "dlc.metadata";

    // As long as what it replaces, so that nothing moves.
    private const string Epoch = "1980-01-01 00:00:00 UTC";

    /// <summary>The full build id of the SDK that wrote it; empty where it does not say.</summary>
    public static string BuildOf(DlcArchive archive) =>
        Texts(archive).Select(text => Build().Match(text)).FirstOrDefault(match => match.Success) is { } match ? "v" + match.Groups[1].Value : "";

    /// <summary>Names of the graphs, as far as the history says: the name of the model that was converted.</summary>
    public static IReadOnlyList<string> GraphsOf(DlcArchive archive) =>
        [.. Texts(archive).SelectMany(text => Model().Matches(text)).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal)];

    /// <summary>Sets every time stamp to one constant, in place: equal models give equal files.</summary>
    public static void SetConstantTimes(DlcArchive archive)
    {
        foreach (var member in archive.Members.Where(IsMetadata))
        {
            var data = archive.Data(member);
            foreach (Match match in TimeStamp().Matches(Encoding.ASCII.GetString(data)))
            {
                Encoding.ASCII.GetBytes(Epoch, data.Slice(match.Index, match.Length));
            }
        }
    }

    private static bool IsMetadata(DlcMember member) => member.Name.StartsWith(Prefix, StringComparison.Ordinal);

    private static IEnumerable<string> Texts(DlcArchive archive) => archive.Members.Where(IsMetadata).Select(member => Encoding.ASCII.GetString(archive.Data(member)));

    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", RegexOptions.CultureInvariant)]
    private static partial Regex TimeStamp();

    [GeneratedRegex(@"""converterVersion""\s*:\s*""v?([^""]+)""", RegexOptions.CultureInvariant)]
    private static partial Regex Build();

    [GeneratedRegex(@"""model""\s*:\s*""([^""]+?)\.so(?:\(\.dll\))?""", RegexOptions.CultureInvariant)]
    private static partial Regex Model();
}
