using Torch.Onnx.Program;

namespace Torch.Onnx.Emission;

/// <summary>Where in the program a node comes from.</summary>
/// <param name="Name">Name of the program's node.</param>
/// <param name="Target">What it calls.</param>
/// <param name="Module">Its module; null when not recorded.</param>
internal sealed record NodeOrigin(string Name, string Target, ModuleOrigin? Module)
{
    public static NodeOrigin Boundary { get; } = new("", "", null);

    /// <summary>Module path and name, as reports show it: <c>layers.0.attn/linear_3</c>.</summary>
    public string DisplayName { get; } = string.IsNullOrEmpty(Module?.Path) ? Name : $"{Module.Path}/{Name}";
}
