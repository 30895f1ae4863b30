namespace Onnx.Model;

/// <summary>One dimension of a shape: a number, a name, or unknown (onnx.proto <c>TensorShapeProto.Dimension</c>).</summary>
/// <param name="Value">The number, &gt;= 0; null when it is not known.</param>
/// <param name="Param">The name of a dimension that is fixed per run (<c>batch</c>); null when it has none.</param>
public readonly record struct Dimension(long? Value, string? Param)
{
    /// <summary>A dimension of which nothing is known.</summary>
    public static Dimension Unknown => default;

    /// <summary>A fixed dimension.</summary>
    public static implicit operator Dimension(long value) => new(value, null);

    /// <summary>A named dimension.</summary>
    public static implicit operator Dimension(string param) => new(null, param);

    /// <summary>A fixed dimension.</summary>
    public static Dimension FromInt64(long value) => value;

    /// <summary>A named dimension.</summary>
    public static Dimension FromString(string param) => param;

    /// <inheritdoc/>
    public override string ToString() => Value?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? Param ?? "?";
}
