namespace Platform.Toolchains.Qnn;

/// <summary>One chip with a Hexagon processor.</summary>
/// <param name="Id">The vendor's <c>soc_model</c> number.</param>
/// <param name="Name">Part number, e.g. <c>SM8650</c>.</param>
/// <param name="Chipsets">Names in <c>chipset:</c> attributes, the usual one first.</param>
/// <param name="Arch">Hexagon architecture: 68, 69, 73 ...</param>
/// <param name="Floats">What it computes with besides integers.</param>
/// <param name="Group">Size group of its binaries, as observed: chips of one group and architecture may stand in for each other in benchmarks.</param>
public sealed record Soc(int Id, string Name, IReadOnlyList<string> Chipsets, int Arch, SocFloats Floats, char Group)
{
    /// <summary>Whether 16-bit weights can be used; seen to fail below v73.</summary>
    public bool HasWideWeights => Arch >= 73;

    /// <summary>Whether binaries made on a host are known to run on it: for v68 there are reports that they do not.</summary>
    public bool IsProven => Arch >= 69;

    /// <summary>The family of all devices with this chip, as AI Hub words it: any member may be taken.</summary>
    public string Family => $"{Name} (Family)";

    /// <summary>The name under which devices of an equal chip stand in for this one, as AI Hub words it.</summary>
    public string Proxy => $"{Name} (Proxy)";

    /// <summary>Whether a device of this chip may stand in for one of another: same architecture, arithmetic and size of memory, as observed.</summary>
    public bool StandsInFor(Soc other) => other.Id != Id && (Arch, Group, Floats) == (other.Arch, other.Group, other.Floats);

    /// <summary>Its device attributes.</summary>
    public IEnumerable<string> Attributes =>
    [
        .. Chipsets.Select(chipset => $"chipset:{chipset}"),
        $"hexagon:v{Arch}",
        $"soc-model:{Id}",
        $"htp-supports-fp16:{(Floats == SocFloats.None ? "false" : "true")}",
    ];

    /// <inheritdoc/>
    public override string ToString() => $"{Name} (soc-model {Id}, Hexagon v{Arch})";
}

/// <summary>Floating point on a chip's Hexagon processor.</summary>
public enum SocFloats
{
    /// <summary>Integers only.</summary>
    None,
    /// <summary>float16.</summary>
    Float16,
    /// <summary>float16 and bfloat16.</summary>
    BFloat16,
}
