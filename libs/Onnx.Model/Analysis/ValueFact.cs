namespace Onnx.Model.Analysis;

/// <summary>What is known of a value before the model runs: type, shape, and its elements where they are known or symbolic.</summary>
/// <param name="Type">Element type; Undefined when not known.</param>
/// <param name="Shape">Dimensions; null when not even the rank is known.</param>
public sealed record ValueFact(DataType Type, SymInt[]? Shape)
{
    /// <summary>Integer vectors up to this length have their elements followed one by one.</summary>
    public const int MaxElements = 1024;

    private SymInt[]? _elements;

    /// <summary>The whole value, where it is constant.</summary>
    public TensorProto? Constant { get; init; }

    /// <summary>The type of a value that is no tensor (sequence, optional, map); null for tensors.</summary>
    public TypeProto? NonTensor { get; init; }

    /// <summary>Elements of a small integer tensor, known or symbolic; null when nothing is known of them.</summary>
    public SymInt[]? Elements
    {
        get => _elements ??= Constant is { } constant && IsSmallInteger(constant) ? TensorReading.Int64s(constant).Select(SymInt.FromInt64).ToArray() : null;
        init => _elements = value;
    }

    /// <summary>Number of dimensions, or -1.</summary>
    public int Rank => Shape?.Length ?? -1;

    /// <summary>Whether every dimension is a known number.</summary>
    public bool IsStatic => Shape is not null && Array.TrueForAll(Shape, dim => dim.IsKnown);

    /// <summary>Number of elements, where the shape is known.</summary>
    public SymInt? Count => Shape is null ? null : SymInt.Product(Shape);

    /// <summary>A constant's fact.</summary>
    public static ValueFact OfConstant(TensorProto tensor) =>
        new(tensor.DataType, Array.ConvertAll(tensor.Dims, SymInt.FromInt64)) { Constant = tensor };

    /// <summary>Nothing is known.</summary>
    public static ValueFact Unknown { get; } = new(DataType.Undefined, (SymInt[]?)null);

    private static bool IsSmallInteger(TensorProto tensor) =>
        (tensor.DataType.IsInteger() || tensor.DataType == DataType.Bool) && tensor.DataType.BitSize() >= 8 && tensor.ElementCount <= MaxElements;
}
