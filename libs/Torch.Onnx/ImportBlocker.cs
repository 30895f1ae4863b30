namespace Torch.Onnx;

/// <summary>One reason why a program cannot be converted.</summary>
/// <param name="Reason">Stable code.</param>
/// <param name="Operator">What is called, e.g. <c>aten.foo.default</c>.</param>
/// <param name="Node">Module path and name of the node, e.g. <c>layers.0.attn/foo_3</c>.</param>
/// <param name="Message">One sentence that says what is in the way.</param>
/// <param name="Advice">One sentence that says what to do.</param>
public sealed record ImportBlocker(BlockerReason Reason, string Operator, string Node, string Message, string Advice);
