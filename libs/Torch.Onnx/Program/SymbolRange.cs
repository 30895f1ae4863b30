namespace Torch.Onnx.Program;

/// <summary>Least and greatest value of a symbol; null is unbounded.</summary>
internal sealed record SymbolRange(long? Min, long? Max);
