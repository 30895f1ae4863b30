namespace Torch.Onnx.Program;

/// <summary>What a symbolic number is.</summary>
internal enum SymbolKind
{
    Int,
    Float,
    Bool,
}
