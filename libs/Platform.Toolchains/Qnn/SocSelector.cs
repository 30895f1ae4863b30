using System.Globalization;
using Platform.Contracts.Hub.V1;
using Platform.Toolchains.Options;

namespace Platform.Toolchains.Qnn;

/// <summary>Finds chips in device attributes: <c>chipset:</c>, <c>soc-model:</c>, <c>hexagon:</c>, <c>htp-supports-fp16:</c>.</summary>
public static class SocSelector
{
    private static readonly string[] s_keys = ["chipset", "soc-model", "hexagon", "htp-supports-fp16"];

    /// <summary>Whether an attribute speaks of a chip.</summary>
    public static bool IsAbout(string attribute) => s_keys.Contains(attribute.Split(':')[0]);

    /// <summary>The chips that the attributes name, each once, in order; a name that is none is refused.</summary>
    /// <param name="attributes">key:value each.</param>
    /// <param name="refusals">Receives QNN_SOC_UNKNOWN, QNN_ARCH_MISMATCH and QNN_FLOAT_UNSUPPORTED.</param>
    public static IReadOnlyList<Soc> Parse(IEnumerable<string> attributes, ICollection<Refusal> refusals)
    {
        var given = attributes.Select(attribute => attribute.Split(':', 2)).Where(parts => parts.Length == 2).Select(parts => (Key: parts[0], Value: parts[1])).ToList();
        var socs = new List<Soc>();
        foreach (var (key, value) in given.Where(pair => pair.Key is "chipset" or "soc-model"))
        {
            if (Find(key, value) is not { } soc)
            {
                var names = SocTable.All.Select(known => known.Chipsets[0]);
                string nearest = key == "chipset" ? "the nearest are " + string.Join(", ", Nearest.Names(value, names, 3)) : "docs/qnn.md lists the numbers";
                refusals.Add(new Refusal(FailureCode.QnnSocUnknown, $"{key}:{value} is no chip that can be compiled for; {nearest}", Subject: value));
            }
            else if (!socs.Contains(soc))
            {
                socs.Add(soc);
            }
        }

        foreach (var soc in socs)
        {
            foreach (var (key, value) in given.Where(pair => (pair.Key is "hexagon" or "htp-supports-fp16") && !soc.Attributes.Contains($"{pair.Key}:{pair.Value}")))
            {
                refusals.Add(new Refusal(key == "hexagon" ? FailureCode.QnnArchMismatch : FailureCode.QnnFloatUnsupported, $"{soc} is not {key}:{value}", Subject: soc.Name));
            }
        }

        return socs;
    }

    /// <summary>The chip of a device; null where its attributes name none.</summary>
    public static Soc? Of(IEnumerable<string> attributes)
    {
        var list = attributes.ToList();
        return list.Where(attribute => attribute.StartsWith("soc-model:", StringComparison.Ordinal)).Select(attribute => Find("soc-model", attribute["soc-model:".Length..])).FirstOrDefault(soc => soc is not null)
            ?? list.Where(attribute => attribute.StartsWith("chipset:", StringComparison.Ordinal)).Select(attribute => Find("chipset", attribute["chipset:".Length..])).FirstOrDefault(soc => soc is not null);
    }

    private static Soc? Find(string key, string value) => key == "soc-model"
        ? int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? SocTable.Find(id) : null
        : SocTable.Find(value);
}
