namespace Onnx.Tflite;

/// <summary>A node that cannot be lowered; collected, so that all blockers of a model are listed at once.</summary>
/// <param name="code">One of <see cref="ReasonCode"/>.</param>
/// <param name="message">What stands in the way.</param>
/// <param name="advice">What to do about it.</param>
public sealed class RefusedException(string code, string message, string advice) : Exception(message)
{
    /// <summary>One of <see cref="ReasonCode"/>.</summary>
    public string Code => code;

    /// <summary>What to do about it.</summary>
    public string Advice => advice;
}
