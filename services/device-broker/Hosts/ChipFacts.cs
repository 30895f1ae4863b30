using Platform.Contracts.Broker.V1;
using Platform.Toolchains.Qnn;

namespace Platform.DeviceBroker.Hosts;

/// <summary>What the number of a device's chip says beside what its host reports.</summary>
internal static class ChipFacts
{
    /// <summary>The host's attributes with the chip's: names, architecture, floating point.</summary>
    public static IReadOnlyList<string> AttributesOf(AttachedDevice attached) =>
        SocSelector.Of(attached.Attributes) is { } soc ? [.. attached.Attributes.Concat(soc.Attributes).Distinct()] : [.. attached.Attributes];

    /// <summary>The families that its operator puts it in, and that of its chip. An emulated chip is no member: who asks for a family wants times.</summary>
    public static IReadOnlyList<string> FamiliesOf(AttachedDevice attached) =>
        [.. attached.Families.Concat(RealChip(attached) is { } soc ? [soc.Family] : []).Distinct()];

    /// <summary>The chips that it stands in for.</summary>
    public static IReadOnlyList<string> ProxiesOf(AttachedDevice attached) =>
        RealChip(attached) is { } soc ? [.. SocTable.All.Where(soc.StandsInFor).Select(other => other.Proxy)] : [];

    private static Soc? RealChip(AttachedDevice attached) => attached.Emulated ? null : SocSelector.Of(attached.Attributes);
}
