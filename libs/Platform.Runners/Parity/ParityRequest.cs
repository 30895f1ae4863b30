using Platform.Contracts.Runner.V1;

namespace Platform.Runners;

/// <summary>Two models to compare.</summary>
/// <param name="Source">The model that is right: an ONNX file.</param>
/// <param name="Product">The model made of it: an ONNX or TensorFlow Lite file. Both paths are the same for the runner.</param>
/// <param name="Folder">Where inputs and outputs are exchanged; it is not cleaned here.</param>
public sealed record ParityRequest(string Source, string Product, SharedFolder Folder)
{
    /// <summary>How many seeded inputs both models get.</summary>
    public int Samples { get; init; } = 3;

    /// <summary>The first seed.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Threads of both runtimes.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Dimensions of inputs by name, where neither model fixes them; what stays open is 1.</summary>
    public IReadOnlyDictionary<string, long[]> InputShapes { get; init; } = new Dictionary<string, long[]>();

    /// <summary>Inputs and outputs that the product has channels last although the shapes do not show it.</summary>
    public IReadOnlyList<string> ChannelLast { get; init; } = [];

    /// <summary>The runtime of a TensorFlow Lite product; unspecified means LiteRT where the runner has it, else TensorFlow Lite.</summary>
    public Runtime ProductRuntime { get; init; }

    /// <summary>How long one request to the runner may take.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(10);
}
