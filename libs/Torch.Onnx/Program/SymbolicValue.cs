namespace Torch.Onnx.Program;

/// <summary>What the program records about a symbolic number: its expression, or its constant.</summary>
/// <param name="Kind">Integer, float or bool.</param>
/// <param name="Expr">The expression; null for a constant.</param>
/// <param name="Constant">The constant; null for an expression.</param>
internal sealed record SymbolicValue(SymbolKind Kind, string? Expr, Argument? Constant);
