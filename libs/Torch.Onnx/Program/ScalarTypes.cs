using Onnx.Model;

namespace Torch.Onnx.Program;

/// <summary>Facts about element types.</summary>
internal static class ScalarTypes
{
    /// <summary>Bytes of one element in a storage; 0 for an unknown type.</summary>
    public static int Size(this ScalarType type) => type switch
    {
        ScalarType.Byte or ScalarType.Char or ScalarType.Bool => 1,
        ScalarType.Float8E4M3FN or ScalarType.Float8E5M2 or ScalarType.Float8E4M3FNUZ or ScalarType.Float8E5M2FNUZ or ScalarType.Float8E8M0FNU => 1,
        ScalarType.Short or ScalarType.UInt16 or ScalarType.Half or ScalarType.BFloat16 => 2,
        ScalarType.Int or ScalarType.UInt32 or ScalarType.Float or ScalarType.ComplexHalf => 4,
        ScalarType.Long or ScalarType.UInt64 or ScalarType.Double or ScalarType.ComplexFloat => 8,
        ScalarType.ComplexDouble => 16,
        _ => 0,
    };

    public static bool IsComplex(this ScalarType type) => type is ScalarType.ComplexHalf or ScalarType.ComplexFloat or ScalarType.ComplexDouble;

    public static bool IsFloat(this ScalarType type) => type is ScalarType.Half or ScalarType.BFloat16 or ScalarType.Float or ScalarType.Double || IsFloat8(type);

    public static bool IsFloat8(this ScalarType type) => type is ScalarType.Float8E4M3FN or ScalarType.Float8E5M2 or ScalarType.Float8E4M3FNUZ
        or ScalarType.Float8E5M2FNUZ or ScalarType.Float8E8M0FNU;

    /// <summary>True for signed and unsigned integers; bool is not one of them.</summary>
    public static bool IsInteger(this ScalarType type) => type is ScalarType.Byte or ScalarType.Char or ScalarType.Short or ScalarType.Int or ScalarType.Long
        or ScalarType.UInt16 or ScalarType.UInt32 or ScalarType.UInt64;

    /// <summary>The type of a complex number's real part; other types are their own.</summary>
    public static ScalarType RealPart(this ScalarType type) => type switch
    {
        ScalarType.ComplexHalf => ScalarType.Half,
        ScalarType.ComplexFloat => ScalarType.Float,
        ScalarType.ComplexDouble => ScalarType.Double,
        _ => type,
    };

    /// <summary>
    /// The ONNX type that carries values of this type inside the graph: bfloat16 is widened to float (no runtime on a CPU
    /// has kernels for it), a complex number is two reals in a last dimension of its own.
    /// </summary>
    public static DataType Carrier(this ScalarType type) => type == ScalarType.BFloat16 ? DataType.Float : Declared(type.RealPart());

    /// <summary>The ONNX type of the same name, as graph inputs and outputs declare it; undefined when there is none.</summary>
    public static DataType Declared(this ScalarType type) => type switch
    {
        ScalarType.Byte => DataType.UInt8,
        ScalarType.Char => DataType.Int8,
        ScalarType.Short => DataType.Int16,
        ScalarType.Int => DataType.Int32,
        ScalarType.Long => DataType.Int64,
        ScalarType.Half or ScalarType.ComplexHalf => DataType.Float16,
        ScalarType.Float or ScalarType.ComplexFloat => DataType.Float,
        ScalarType.Double or ScalarType.ComplexDouble => DataType.Double,
        ScalarType.Bool => DataType.Bool,
        ScalarType.BFloat16 => DataType.BFloat16,
        ScalarType.UInt16 => DataType.UInt16,
        ScalarType.UInt32 => DataType.UInt32,
        ScalarType.UInt64 => DataType.UInt64,
        ScalarType.Float8E4M3FN => DataType.Float8E4M3FN,
        ScalarType.Float8E5M2 => DataType.Float8E5M2,
        ScalarType.Float8E4M3FNUZ => DataType.Float8E4M3FNUZ,
        ScalarType.Float8E5M2FNUZ => DataType.Float8E5M2FNUZ,
        ScalarType.Float8E8M0FNU => DataType.Float8E8M0,
        _ => DataType.Undefined,
    };

    /// <summary>The name users write: <c>float32</c>, <c>bfloat16</c>, <c>complex64</c>.</summary>
    public static string TorchName(this ScalarType type) => type switch
    {
        ScalarType.ComplexHalf => "complex32",
        ScalarType.ComplexFloat => "complex64",
        ScalarType.ComplexDouble => "complex128",
        ScalarType.Unknown => "unknown",
        _ => type.Declared().ToNumpyName(),
    };
}
