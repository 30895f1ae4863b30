using Onnx.Model;
using Onnx.Tflite.Schema;

namespace Onnx.Tflite;

/// <summary>How a model is converted. The defaults keep inputs and outputs exactly as the source has them.</summary>
public sealed record ConvertOptions
{
    /// <summary>Shapes of inputs by name; they replace open dimensions.</summary>
    public IReadOnlyDictionary<string, long[]> InputShapes { get; init; } = new Dictionary<string, long[]>();

    /// <summary>New names of the outputs, one for each; empty keeps the names.</summary>
    public IReadOnlyList<string> OutputNames { get; init; } = [];

    /// <summary>Inputs that the product takes with channels last: [N, H, W, C] instead of [N, C, H, W].</summary>
    public IReadOnlyList<string> ChannelLastInputs { get; init; } = [];

    /// <summary>Outputs that the product gives with channels last.</summary>
    public IReadOnlyList<string> ChannelLastOutputs { get; init; } = [];

    /// <summary>Makes 64-bit integer inputs and outputs 32 bits wide.</summary>
    public bool Truncate64BitIo { get; init; }

    /// <summary>Makes 64-bit integer tensors inside the graph 32 bits wide.</summary>
    public bool Truncate64BitTensors { get; init; }

    /// <summary>Makes inputs and outputs of quantized models integers.</summary>
    public bool QuantizeIo { get; init; }

    /// <summary>With <see cref="QuantizeIo"/>: int8 or uint8 for 8-bit inputs and outputs; null keeps what the model has inside.</summary>
    public DataType? QuantizeIoDataType { get; init; }

    internal TensorType? QuantizeIoType => QuantizeIoDataType is { } type ? TensorTypes.FromOnnx(type) : null;

    /// <summary>Computes float16 networks in float32, without the roundings of the source between operators; refused otherwise.</summary>
    public bool AllowFloat32ForFloat16 { get; init; }

    /// <summary>The oldest runtime that the product must run on; operators that need a newer one are written differently or refused.</summary>
    public RuntimeVersionNumber MinRuntime { get; init; } = RuntimeVersionNumber.Default;

    /// <summary>Called with the name of each pass and the graph after it; tests break graphs here to see whether they notice.</summary>
    internal Action<string, Ir.Subgraph>? AfterPass { get; init; }

    /// <summary>Called with the name of each pass and a text of the graph after it, when set.</summary>
    public Action<string, string>? Dump { get; init; }
}

/// <summary>A version of the TensorFlow Lite runtime: 2.9, 2.14, 2.17 ...</summary>
/// <param name="Major">2.</param>
/// <param name="Minor">The release.</param>
public readonly record struct RuntimeVersionNumber(int Major, int Minor) : IComparable<RuntimeVersionNumber>
{
    /// <summary>What AI Hub's devices run.</summary>
    public static RuntimeVersionNumber Default => new(2, 17);

    /// <summary>Reads "2.14".</summary>
    public static bool TryParse(string text, out RuntimeVersionNumber version)
    {
        string[] parts = text.Split('.');
        version = default;
        if (parts.Length is < 2 or > 3 || !int.TryParse(parts[0], out int major) || !int.TryParse(parts[1], out int minor) || major is < 1 or > 9 || minor is < 0 or > 99)
        {
            return false;
        }

        version = new RuntimeVersionNumber(major, minor);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(RuntimeVersionNumber other) => Major != other.Major ? Major.CompareTo(other.Major) : Minor.CompareTo(other.Minor);

    /// <inheritdoc/>
    public override string ToString() => $"{Major}.{Minor}";

    /// <summary>Older.</summary>
    public static bool operator <(RuntimeVersionNumber left, RuntimeVersionNumber right) => left.CompareTo(right) < 0;

    /// <summary>Newer.</summary>
    public static bool operator >(RuntimeVersionNumber left, RuntimeVersionNumber right) => left.CompareTo(right) > 0;

    /// <summary>Not newer.</summary>
    public static bool operator <=(RuntimeVersionNumber left, RuntimeVersionNumber right) => left.CompareTo(right) <= 0;

    /// <summary>Not older.</summary>
    public static bool operator >=(RuntimeVersionNumber left, RuntimeVersionNumber right) => left.CompareTo(right) >= 0;
}
