namespace Torch.Onnx.Symbols;

/// <summary>An expression over symbols, parsed from sympy's constructor form; never evaluated as code.</summary>
internal abstract record SymbolicExpression
{
    private SymbolicExpression()
    {
    }

    /// <summary>A symbol such as <c>s77</c>.</summary>
    public sealed record Symbol(string Name) : SymbolicExpression;

    /// <summary>A constant.</summary>
    public sealed record Integer(long Value) : SymbolicExpression;

    /// <summary>A function of other expressions: <c>Add</c>, <c>Mul</c>, <c>FloorDiv</c> ...</summary>
    public sealed record Call(string Function, SymbolicExpression[] Arguments) : SymbolicExpression;

    /// <summary>Something that is no integer arithmetic (floats, relations).</summary>
    public sealed record Opaque : SymbolicExpression;
}
