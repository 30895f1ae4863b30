using Platform.Budgets;

namespace Platform.Toolchains.Qnn;

/// <summary>
/// The chips that can be compiled for. The vendor's library takes other numbers too and makes a generic binary of no use, and
/// takes unknown names as no chip at all, so what is not in this table is refused before anything starts.
/// </summary>
[DataTable("Numbers, names and architectures of public lists; floats and groups as measured with QAIRT 2.51.")]
public static class SocTable
{
    private const SocFloats No = SocFloats.None;
    private const SocFloats Half = SocFloats.Float16;
    private const SocFloats Brain = SocFloats.BFloat16;

    /// <summary>All chips.</summary>
    public static IReadOnlyList<Soc> All { get; } =
    [
        // 30 keeps float graphs in float32, and nothing tells whether such a device can run them.
        Row(30, "SM8350", 68, No, 'F', "qualcomm-snapdragon-888"),
        Row(34, "SM8325", 68, No, 'F'),
        Row(35, "SM7325", 68, No, 'G', "qualcomm-snapdragon-778g"),
        Row(36, "SM8450", 69, Half, 'E', "qualcomm-snapdragon-8gen1"),
        Row(37, "SC8280X", 68, No, 'F', "qualcomm-snapdragon-8cx-gen3", "sc8280xp"),
        Row(39, "SA8295P", 68, Half, 'E', "qualcomm-sa8295p"),
        Row(41, "SM7450", 69, Half, 'G', "qualcomm-snapdragon-7gen1"),
        Row(42, "SM8475", 69, Half, 'E', "qualcomm-snapdragon-8gen1-plus"),
        Row(43, "SM8550", 73, Half, 'A', "qualcomm-snapdragon-8gen2"),
        Row(45, "SXR1230P", 73, No, 'D'),
        Row(46, "SSG2115P", 73, No, 'D'),
        Row(52, "SA8255P", 73, Half, 'A', "qualcomm-sa8255p"),
        Row(53, "SXR2230P", 69, Half, 'E'),
        Row(57, "SM8650", 75, Half, 'A', "qualcomm-snapdragon-8gen3"),
        Row(58, "SSG2125P", 73, No, 'D'),
        Row(60, "SC8380XP", 73, Half, 'A', "qualcomm-snapdragon-x-elite", "qualcomm-snapdragon-x-plus"),
        Row(62, "SA8540P", 68, Half, 'E', "qualcomm-sa8540p"),
        Row(66, "QCS8550", 73, Half, 'A', "qualcomm-qcs8550"),
        Row(67, "SA8620P", 73, Half, 'A', "qualcomm-sa8620p"),
        Row(68, "SM8635", 73, No, 'B', "qualcomm-snapdragon-8s-gen3"),
        Row(69, "SM8750", 79, Half, 'A', "qualcomm-snapdragon-8-elite"),
        Row(70, "SM7675", 73, No, 'B', "qualcomm-snapdragon-7-plus-gen3"),
        Row(72, "SA8797P", 81, Half, 'C', "qualcomm-sa8797p"),
        Row(75, "SXR2330P", 79, Half, 'A'),
        Row(77, "QCS9100", 73, Half, 'A', "qualcomm-qcs9075", "qualcomm-qcs9100", "qcs9075"),
        Row(82, "QCS8300", 73, Half, 'A', "qualcomm-qcs8275", "qualcomm-qcs8300", "qcs8275"),
        Row(85, "SM8735", 79, No, 'A', "qualcomm-snapdragon-8s-gen4"),
        Row(87, "SM8850", 81, Half, 'C', "qualcomm-snapdragon-8-elite-gen5"),
        Row(88, "SC8480XP", 81, Brain, 'C', "qualcomm-snapdragon-x2-elite"),
        Row(93, "QCS6490", 68, No, 'G', "qualcomm-qcs6490", "qualcomm-qcm6490", "qcm6490"),
        Row(95, "SAR2230P", 81, No, 'B'),
        Row(96, "SW6100", 81, No, 'B'),
        Row(97, "SM8845", 81, Half, 'A'),
        Row(103, "SM8975", 85, Half, 'B'),
    ];

    /// <summary>The chip of that number, or null.</summary>
    public static Soc? Find(int id) => All.FirstOrDefault(soc => soc.Id == id);

    /// <summary>The chip of that part number or chipset name, in any case; null where there is none.</summary>
    public static Soc? Find(string name) => All.FirstOrDefault(soc =>
        soc.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || soc.Chipsets.Contains(name, StringComparer.OrdinalIgnoreCase));

    private static Soc Row(int id, string name, int arch, SocFloats floats, char group, params string[] chipsets) =>
        new(id, name, [.. chipsets.Where(chipset => chipset.StartsWith("qualcomm-", StringComparison.Ordinal)), .. chipsets.Where(chipset => !chipset.StartsWith("qualcomm-", StringComparison.Ordinal)).Append(name.ToLowerInvariant())], arch, floats, group);
}
