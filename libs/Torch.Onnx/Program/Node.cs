namespace Torch.Onnx.Program;

/// <summary>One call in a graph.</summary>
/// <param name="Target">What is called: <c>torch.ops.aten.add.Tensor</c>, <c>_operator.add</c>.</param>
/// <param name="Inputs">Arguments that were given; those left at their default are absent.</param>
/// <param name="Outputs">Results.</param>
/// <param name="Name">The node's own name; falls back to its first result where the writer gave none.</param>
/// <param name="Module">The module it was traced in; null when not recorded.</param>
internal sealed record Node(string Target, NamedArgument[] Inputs, Argument[] Outputs, string Name, ModuleOrigin? Module);

/// <summary>An argument with its name in the operator's schema; empty for higher-order operators.</summary>
/// <param name="Name">Name.</param>
/// <param name="Value">Value.</param>
internal readonly record struct NamedArgument(string Name, Argument Value);

/// <summary>The innermost module of a node.</summary>
/// <param name="Path">Attribute path from the model, e.g. <c>layers.0.attn</c>; empty for the model itself.</param>
/// <param name="Class">Class name, e.g. <c>torch.nn.modules.conv.Conv2d</c>.</param>
internal sealed record ModuleOrigin(string Path, string Class);
