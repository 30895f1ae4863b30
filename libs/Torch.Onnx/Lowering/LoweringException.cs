namespace Torch.Onnx.Lowering;

/// <summary>A node cannot be converted; the driver turns this into a blocker and goes on, so that all blockers are reported at once.</summary>
/// <param name="reason">Stable code.</param>
/// <param name="message">One sentence.</param>
/// <param name="advice">One sentence.</param>
internal sealed class LoweringException(BlockerReason reason, string message, string advice) : NotSupportedException(message)
{
    public BlockerReason Reason { get; } = reason;

    public string Advice { get; } = advice;

    public static LoweringException Malformed(string message) =>
        new(BlockerReason.MalformedNode, message, "The file is damaged, or a tool changed it; export the model again.");

    public static LoweringException Argument(string message) =>
        new(BlockerReason.ArgumentUnsupported, message, "Change the call in the model, or express it with other operators.");

    public static LoweringException Dynamic(string message) =>
        new(BlockerReason.DynamicUnsupported, message, "Export with static shapes, or fix the input sizes with input specs.");

    public static LoweringException Opset(string what, int needed) =>
        new(BlockerReason.OpsetTooOld, $"{what} needs ONNX opset {needed}", $"Ask for opset {needed} or newer.");

    public static LoweringException Type(string message) => new(BlockerReason.TypeUnsupported, message, "Convert the tensor to a standard type first.");
}
