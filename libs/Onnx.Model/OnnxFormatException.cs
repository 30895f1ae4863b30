namespace Onnx.Model;

/// <summary>Why a file is not a usable ONNX model. The names are stable: they appear in reports and documentation.</summary>
public enum OnnxFormatError
{
    /// <summary>The bytes end inside a field.</summary>
    Truncated,
    /// <summary>A field's wire type, number or length is not protobuf.</summary>
    Malformed,
    /// <summary>The bytes are protobuf at best, but hold no graph.</summary>
    NotAModel,
    /// <summary>A name or text is not UTF-8.</summary>
    InvalidText,
    /// <summary>Graphs, types or messages are nested deeper than the reader allows.</summary>
    TooDeep,
    /// <summary>A tensor's data does not have the size that its dimensions and type ask for.</summary>
    TensorSizeMismatch,
    /// <summary>A tensor claims more elements than can be addressed.</summary>
    TensorTooLarge,
    /// <summary>A tensor has a data type that is unknown or cannot hold the given data.</summary>
    UnknownDataType,
    /// <summary>An external data location is absolute, leaves the model's folder or is a link.</summary>
    ExternalDataForbidden,
    /// <summary>An external data file is missing.</summary>
    ExternalDataMissing,
    /// <summary>An external data range lies outside its file.</summary>
    ExternalDataOutOfRange,
    /// <summary>The file is larger than protobuf allows (2 GiB); its weights belong in external data.</summary>
    FileTooLarge,
    /// <summary>An archive holds no model, several models, or entries that are not flat files.</summary>
    BadArchive,
}

/// <summary>A file could not be read as an ONNX model.</summary>
/// <param name="error">The stable reason.</param>
/// <param name="message">A sentence that names the place in the file.</param>
/// <param name="inner">The cause below, if there was one.</param>
public sealed class OnnxFormatException(OnnxFormatError error, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The stable reason.</summary>
    public OnnxFormatError Error { get; } = error;
}
