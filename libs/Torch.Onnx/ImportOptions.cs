namespace Torch.Onnx;

/// <summary>How to convert.</summary>
public sealed record ImportOptions
{
    /// <summary>Oldest opset that can be asked for.</summary>
    public const int LeastOpset = 17;

    /// <summary>Newest opset that can be asked for, and the default.</summary>
    public const int GreatestOpset = 21;

    /// <summary>Version of the standard ONNX operators, <see cref="LeastOpset"/> to <see cref="GreatestOpset"/>.</summary>
    public int Opset { get; init; } = GreatestOpset;

    /// <summary>
    /// Values of dynamic sizes by symbol (<c>s77</c>), within the program's ranges: those sizes become static in the
    /// product, and all that is computed from them is computed now.
    /// </summary>
    public IReadOnlyDictionary<string, long> Sizes { get; init; } = new Dictionary<string, long>();
}
