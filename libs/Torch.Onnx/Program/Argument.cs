namespace Torch.Onnx.Program;

/// <summary>An argument or result of a node: one case of the schema's union.</summary>
internal abstract record Argument
{
    private Argument()
    {
    }

    /// <summary>Python's None.</summary>
    public sealed record None : Argument
    {
        public static None Instance { get; } = new();
    }

    public sealed record Tensor(string Name) : Argument;

    /// <summary>A list of tensors; an entry is null where the list is optional and the entry None.</summary>
    public sealed record Tensors(string?[] Names) : Argument;

    public sealed record Int(long Value) : Argument;

    public sealed record Ints(long[] Values) : Argument;

    public sealed record Float(double Value) : Argument;

    public sealed record Floats(double[] Values) : Argument;

    public sealed record Complex(double Real, double Imaginary) : Argument;

    public sealed record Text(string Value) : Argument;

    public sealed record Texts(string[] Values) : Argument;

    public sealed record Bool(bool Value) : Argument;

    public sealed record Bools(bool[] Values) : Argument;

    /// <summary>A symbolic number, as the name of the value that holds it.</summary>
    public sealed record Symbol(string Name, SymbolKind Kind) : Argument;

    /// <summary>A list that mixes numbers and symbolic numbers.</summary>
    public sealed record Symbols(Argument[] Items) : Argument;

    /// <summary>A data type, by its number in the schema.</summary>
    public sealed record DataType(ScalarType Value) : Argument;

    public sealed record MemoryFormat(int Value) : Argument;

    /// <summary>A subgraph.</summary>
    public sealed record Subgraph(string Name, Graph Graph) : Argument;

    /// <summary>A member that means nothing to ONNX (device, layout) or that is not supported (script objects); its name says which.</summary>
    public sealed record Other(string Member) : Argument;
}
