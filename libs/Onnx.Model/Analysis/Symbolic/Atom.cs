namespace Onnx.Model.Analysis;

/// <summary>What an atom of a symbolic number is.</summary>
public enum AtomKind
{
    /// <summary>A named open dimension.</summary>
    Symbol,
    /// <summary>A number that depends on input values.</summary>
    DataDependent,
    /// <summary>Quotient of two symbolic numbers, rounded down.</summary>
    FloorDivide,
    /// <summary>The larger of two.</summary>
    Max,
    /// <summary>The smaller of two.</summary>
    Min,
}

/// <summary>An indivisible part of a symbolic number. Its name is its identity.</summary>
/// <param name="name">Identity and text.</param>
/// <param name="kind">What it is.</param>
/// <param name="left">First operand of a derived atom.</param>
/// <param name="right">Second operand of a derived atom.</param>
public sealed class Atom(string name, AtomKind kind, SymInt left, SymInt right)
{
    /// <summary>Identity and text.</summary>
    public string Name { get; } = name;

    /// <summary>What it is.</summary>
    public AtomKind Kind { get; } = kind;

    /// <summary>First operand of a derived atom.</summary>
    public SymInt Left { get; } = left;

    /// <summary>Second operand of a derived atom.</summary>
    public SymInt Right { get; } = right;

    /// <summary>Whether input values decide it.</summary>
    public bool IsDataDependent => Kind == AtomKind.DataDependent || (Kind != AtomKind.Symbol && (Left.IsDataDependent || Right.IsDataDependent));
}
