namespace Onnx.Model;

/// <summary>The type of a value (onnx.proto <c>TypeProto</c>): one of the nested cases.</summary>
public abstract record TypeProto
{
    private TypeProto()
    {
    }

    /// <summary>Hint on the meaning, e.g. <c>IMAGE</c> (docs/TypeDenotation.md); empty as a rule.</summary>
    public string Denotation { get; init; } = "";

    /// <summary>A dense tensor.</summary>
    /// <param name="ElementType">Element type.</param>
    /// <param name="Shape">Dimensions; null when not even the rank is known.</param>
    public sealed record Tensor(DataType ElementType, Dimension[]? Shape) : TypeProto;

    /// <summary>A sparse tensor.</summary>
    /// <param name="ElementType">Element type.</param>
    /// <param name="Shape">Dimensions; null when not even the rank is known.</param>
    public sealed record SparseTensor(DataType ElementType, Dimension[]? Shape) : TypeProto;

    /// <summary>A list of values of one type.</summary>
    /// <param name="Element">Type of the elements.</param>
    public sealed record Sequence(TypeProto Element) : TypeProto;

    /// <summary>A value that may be absent.</summary>
    /// <param name="Element">Type of the value.</param>
    public sealed record Optional(TypeProto Element) : TypeProto;

    /// <summary>A map.</summary>
    /// <param name="KeyType">Integer or string.</param>
    /// <param name="ValueType">Type of the values.</param>
    public sealed record Map(DataType KeyType, TypeProto ValueType) : TypeProto;

    /// <summary>No case is set.</summary>
    public sealed record None : TypeProto;
}
