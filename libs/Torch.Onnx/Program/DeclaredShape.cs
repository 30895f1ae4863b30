using Onnx.Model;

namespace Torch.Onnx.Program;

/// <summary>Shapes as ONNX declares them.</summary>
internal static class DeclaredShape
{
    private const string SymbolStart = "Symbol('";

    public static Dimension[] Of(ScalarType type, SymInt[] sizes)
    {
        var shape = Array.ConvertAll(sizes, Dimension);
        return type.IsComplex() ? [.. shape, 2] : shape;
    }

    /// <summary>A number, the name of a plain symbol, or unknown for an expression that has no name of its own.</summary>
    public static Dimension Dimension(SymInt size) => size.IsStatic ? size.Value : SymbolName(size.Expr!) is { } name ? name : global::Onnx.Model.Dimension.Unknown;

    /// <summary>The symbol's name when the expression is nothing but a symbol; null otherwise.</summary>
    public static string? SymbolName(string expression)
    {
        if (!expression.StartsWith(SymbolStart, StringComparison.Ordinal))
        {
            return null;
        }

        int end = expression.IndexOf('\'', SymbolStart.Length);
        bool isWhole = end > 0 && expression.IndexOf(')', end) == expression.Length - 1 && expression.IndexOf('(', end) < 0;
        return isWhole ? expression[SymbolStart.Length..end] : null;
    }
}
