namespace Hub.Cli.Verify;

/// <summary>Two models to compare.</summary>
/// <param name="Source">The ONNX model that is right.</param>
/// <param name="Product">What was made of it.</param>
/// <param name="InputShapes">Dimensions of inputs that the source leaves open.</param>
/// <param name="ChannelLast">Inputs and outputs that the product has channels last.</param>
internal sealed record VerifyRequest(string Source, string Product, IReadOnlyDictionary<string, long[]> InputShapes, IReadOnlyList<string> ChannelLast)
{
    /// <summary>Number of seeded inputs.</summary>
    public int Samples { get; init; } = 3;

    /// <summary>Lowest signal-to-noise ratio; null means 60 dB for float products and none for quantized ones.</summary>
    public double? LimitDb { get; init; }

    /// <summary>Whether the product is a compiled QNN model, which the emulation runs.</summary>
    public bool IsQnn { get; init; }
}
