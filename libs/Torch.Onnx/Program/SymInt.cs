using System.Globalization;

namespace Torch.Onnx.Program;

/// <summary>A size: a number, or the text of an expression over symbols (sympy's constructor form).</summary>
/// <param name="Value">The number; without meaning when there is an expression.</param>
/// <param name="Expr">The expression, or null.</param>
internal readonly record struct SymInt(long Value, string? Expr)
{
    public bool IsStatic => Expr is null;

    public static implicit operator SymInt(long value) => new(value, null);

    public bool Is(long value) => Expr is null && Value == value;

    public override string ToString() => Expr ?? Value.ToString(CultureInfo.InvariantCulture);
}
