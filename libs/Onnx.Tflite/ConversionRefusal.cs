namespace Onnx.Tflite;

/// <summary>One reason why a model is not converted.</summary>
/// <param name="Code">One of <see cref="ReasonCode"/>.</param>
/// <param name="Node">The node's name (or its first output's); empty where no node is to blame.</param>
/// <param name="OpType">Its operator; may be empty.</param>
/// <param name="Message">What stands in the way, in a sentence.</param>
/// <param name="Advice">What to do about it.</param>
public sealed record ConversionRefusal(string Code, string Node, string OpType, string Message, string Advice);
