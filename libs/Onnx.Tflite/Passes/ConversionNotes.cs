namespace Onnx.Tflite.Passes;

/// <summary>What passes tell the report.</summary>
internal sealed class ConversionNotes
{
    public List<ConversionRefusal> Refusals { get; } = [];

    public List<string> Warnings { get; } = [];
}
