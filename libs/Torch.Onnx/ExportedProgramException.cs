namespace Torch.Onnx;

/// <summary>A file could not be read as an exported program.</summary>
/// <param name="error">The stable reason.</param>
/// <param name="message">A sentence that names the place in the file and what to do.</param>
/// <param name="inner">The cause below, if there was one.</param>
public sealed class ExportedProgramException(ExportedProgramError error, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The stable reason.</summary>
    public ExportedProgramError Error { get; } = error;
}
