namespace Platform.Toolchains.Options;

/// <summary>Job types an option belongs to.</summary>
[Flags]
public enum JobKinds
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>Compile jobs.</summary>
    Compile = 1,
    /// <summary>Quantize jobs.</summary>
    Quantize = 2,
    /// <summary>Link jobs.</summary>
    Link = 4,
    /// <summary>Profile jobs.</summary>
    Profile = 8,
    /// <summary>Inference jobs.</summary>
    Inference = 16,
}
