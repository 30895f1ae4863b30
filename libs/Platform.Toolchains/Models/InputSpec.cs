using System.Globalization;
using Onnx.Model;

namespace Platform.Toolchains;

/// <summary>Name, shape and element type of one input, as given with a job.</summary>
/// <param name="Name">Input name; becomes the target's input name.</param>
/// <param name="Shape">Dimensions, each at least 1.</param>
/// <param name="Type">Element type.</param>
public sealed record InputSpec(string Name, IReadOnlyList<long> Shape, DataType Type)
{
    private static readonly DataType[] s_allowed =
    [
        DataType.Float, DataType.Float16, DataType.Int8, DataType.Int16, DataType.Int32, DataType.Int64, DataType.UInt8, DataType.UInt16, DataType.Bool,
    ];

    /// <summary>
    /// Parses <c>NAME:1x3x224x224[:DTYPE]</c>; the name is all that stands before the last colons, so it may hold colons itself.
    /// A scalar is written with an empty shape. The type defaults to float32.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="spec">The spec, or null when the text is none.</param>
    public static bool TryParse(string text, out InputSpec? spec)
    {
        spec = null;
        string[] parts = text.Split(':');
        var type = DataType.Float;
        int shapeAt = parts.Length - 1;
        if (parts.Length >= 3 && DataTypes.TryParseNumpyName(parts[^1], out type))
        {
            shapeAt--;
        }
        else
        {
            type = DataType.Float;
        }

        string name = string.Join(':', parts.Take(shapeAt));
        if (shapeAt < 1 || name.Length == 0 || !s_allowed.Contains(type) || !TryParseShape(parts[shapeAt], out var shape))
        {
            return false;
        }

        spec = new InputSpec(name, shape, type);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}:{string.Join('x', Shape)}:{Type.ToNumpyName()}";

    private static bool TryParseShape(string text, out List<long> shape)
    {
        shape = [];
        foreach (string part in text.Split(['x', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            if (!long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out long dim) || dim < 1)
            {
                return false;
            }

            shape.Add(dim);
        }

        return true;
    }
}
