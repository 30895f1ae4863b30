using Torch.Onnx.Program;

namespace Torch.Onnx.Pickle;

/// <summary>A global of a tensor file: a record of its name, never the thing itself.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Type">The element type that a storage class or a dtype names; unknown for others.</param>
internal sealed record PickledGlobal(PickledGlobal.Role Kind, ScalarType Type)
{
    public enum Role
    {
        OrderedDict,
        RebuildTensor,
        RebuildTensorWithType,
        RebuildParameter,
        Storage,
        UntypedStorage,
        Type,
    }

    /// <summary>The record of an allowed global; every other is refused by name.</summary>
    public static PickledGlobal Allowed(string module, string name) => (module, name) switch
    {
        ("collections", "OrderedDict") => new(Role.OrderedDict, ScalarType.Unknown),
        ("torch._utils", "_rebuild_tensor_v2") => new(Role.RebuildTensor, ScalarType.Unknown),
        ("torch._utils", "_rebuild_tensor_v3") => new(Role.RebuildTensorWithType, ScalarType.Unknown),
        ("torch._utils", "_rebuild_parameter") => new(Role.RebuildParameter, ScalarType.Unknown),
        ("torch.storage", "UntypedStorage") => new(Role.UntypedStorage, ScalarType.Unknown),
        ("torch", _) when StorageType(name) is var type && type != ScalarType.Unknown => new(Role.Storage, type),
        ("torch", _) when DataType(name) is var type && type != ScalarType.Unknown => new(Role.Type, type),
        _ => throw new ExportedProgramException(
            ExportedProgramError.UnsafePickle, $"the tensor file's pickle names {module}.{name}, which no file of plain tensors needs; tensor subclasses must be unwrapped before export"),
    };

    private static ScalarType StorageType(string name) => name switch
    {
        "FloatStorage" => ScalarType.Float,
        "DoubleStorage" => ScalarType.Double,
        "HalfStorage" => ScalarType.Half,
        "BFloat16Storage" => ScalarType.BFloat16,
        "LongStorage" => ScalarType.Long,
        "IntStorage" => ScalarType.Int,
        "ShortStorage" => ScalarType.Short,
        "CharStorage" => ScalarType.Char,
        "ByteStorage" => ScalarType.Byte,
        "BoolStorage" => ScalarType.Bool,
        "ComplexFloatStorage" => ScalarType.ComplexFloat,
        "ComplexDoubleStorage" => ScalarType.ComplexDouble,
        _ => ScalarType.Unknown,
    };

    private static ScalarType DataType(string name) => name switch
    {
        "float32" => ScalarType.Float,
        "float64" => ScalarType.Double,
        "float16" => ScalarType.Half,
        "bfloat16" => ScalarType.BFloat16,
        "int64" => ScalarType.Long,
        "int32" => ScalarType.Int,
        "int16" => ScalarType.Short,
        "int8" => ScalarType.Char,
        "uint8" => ScalarType.Byte,
        "uint16" => ScalarType.UInt16,
        "uint32" => ScalarType.UInt32,
        "uint64" => ScalarType.UInt64,
        "bool" => ScalarType.Bool,
        "complex32" => ScalarType.ComplexHalf,
        "complex64" => ScalarType.ComplexFloat,
        "complex128" => ScalarType.ComplexDouble,
        "float8_e4m3fn" => ScalarType.Float8E4M3FN,
        "float8_e5m2" => ScalarType.Float8E5M2,
        "float8_e4m3fnuz" => ScalarType.Float8E4M3FNUZ,
        "float8_e5m2fnuz" => ScalarType.Float8E5M2FNUZ,
        "float8_e8m0fnu" => ScalarType.Float8E8M0FNU,
        _ => ScalarType.Unknown,
    };
}
