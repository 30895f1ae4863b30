using System.Text;

namespace Onnx.Model;

/// <summary>A named constant of a node (onnx.proto <c>AttributeProto</c>).</summary>
public sealed class AttributeProto
{
    private AttributeProto(string name, AttributeType type, object? value)
    {
        Name = name;
        Type = type;
        Value = value;
    }

    /// <summary>Name.</summary>
    public string Name { get; }

    /// <summary>Which kind <see cref="Value"/> is.</summary>
    public AttributeType Type { get; }

    /// <summary>
    /// <see cref="float"/>, <see cref="long"/>, <c>byte[]</c>, <see cref="TensorProto"/>, <see cref="GraphProto"/>,
    /// <see cref="SparseTensorProto"/>, <see cref="TypeProto"/>, or an array of one of these, as <see cref="Type"/> says;
    /// null when <see cref="RefAttrName"/> is set.
    /// </summary>
    public object? Value { get; }

    /// <summary>In a function body: the attribute of the calling node that stands here; empty elsewhere.</summary>
    public string RefAttrName { get; init; } = "";

    /// <summary>Free text.</summary>
    public string DocString { get; init; } = "";

    /// <summary>The float; fails with <see cref="InvalidCastException"/> when it is another kind (as do the members below).</summary>
    public float Float => As<float>();

    /// <summary>The integer.</summary>
    public long Int => As<long>();

    /// <summary>The byte string, decoded as UTF-8.</summary>
    public string Text => Encoding.UTF8.GetString(As<byte[]>());

    /// <summary>The tensor.</summary>
    public TensorProto Tensor => As<TensorProto>();

    /// <summary>The subgraph.</summary>
    public GraphProto Graph => As<GraphProto>();

    /// <summary>The floats.</summary>
    public float[] Floats => As<float[]>();

    /// <summary>The integers.</summary>
    public long[] Ints => As<long[]>();

    /// <summary>The byte strings, decoded as UTF-8.</summary>
    public string[] Texts => Array.ConvertAll(As<byte[][]>(), Encoding.UTF8.GetString);

    /// <summary>Subgraphs inside: none, one or many.</summary>
    public IEnumerable<GraphProto> Subgraphs => Value switch
    {
        GraphProto graph => [graph],
        GraphProto[] graphs => graphs,
        _ => [],
    };

    /// <summary>A float attribute.</summary>
    public static AttributeProto From(string name, float value) => new(name, AttributeType.Float, value);

    /// <summary>An integer attribute.</summary>
    public static AttributeProto From(string name, long value) => new(name, AttributeType.Int, value);

    /// <summary>A string attribute, stored as UTF-8.</summary>
    public static AttributeProto From(string name, string value) => new(name, AttributeType.String, Encoding.UTF8.GetBytes(value));

    /// <summary>A tensor attribute.</summary>
    public static AttributeProto From(string name, TensorProto value) => new(name, AttributeType.Tensor, value);

    /// <summary>A subgraph attribute.</summary>
    public static AttributeProto From(string name, GraphProto value) => new(name, AttributeType.Graph, value);

    /// <summary>A floats attribute.</summary>
    public static AttributeProto From(string name, float[] values) => new(name, AttributeType.Floats, values);

    /// <summary>An integers attribute.</summary>
    public static AttributeProto From(string name, long[] values) => new(name, AttributeType.Ints, values);

    /// <summary>A strings attribute, stored as UTF-8.</summary>
    public static AttributeProto From(string name, IEnumerable<string> values) =>
        new(name, AttributeType.Strings, values.Select(Encoding.UTF8.GetBytes).ToArray());

    /// <summary>An attribute of any kind; <paramref name="value"/> must have the class that <see cref="Value"/> lists for it.</summary>
    public static AttributeProto FromValue(string name, AttributeType type, object? value, string refAttrName = "", string docString = "") =>
        new(name, type, value) { RefAttrName = refAttrName, DocString = docString };

    private T As<T>() => Value is T value
        ? value
        : throw new OnnxFormatException(OnnxFormatError.Malformed, $"attribute {Name} has type {Type}, which is not what its operator takes");
}
