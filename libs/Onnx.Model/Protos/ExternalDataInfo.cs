namespace Onnx.Model;

/// <summary>The place of a tensor's data outside the model file (docs/ExternalData.md of ONNX).</summary>
/// <param name="Location">File name relative to the model's folder.</param>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Bytes; null means to the end of the file.</param>
public sealed record ExternalDataInfo(string Location, long Offset, long? Length);
