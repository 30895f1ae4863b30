using Onnx.Model;
using Platform.Budgets;

namespace Onnx.Tflite.Schema;

/// <summary>Element types of TensorFlow Lite; numbers of schema.fbs (TensorType).</summary>
internal enum TensorType
{
    /// <summary>FLOAT32</summary>
    Float32 = 0,
    /// <summary>FLOAT16</summary>
    Float16 = 1,
    /// <summary>INT32</summary>
    Int32 = 2,
    /// <summary>UINT8</summary>
    UInt8 = 3,
    /// <summary>INT64</summary>
    Int64 = 4,
    /// <summary>BOOL</summary>
    Bool = 6,
    /// <summary>INT16</summary>
    Int16 = 7,
    /// <summary>INT8</summary>
    Int8 = 9,
    /// <summary>FLOAT64</summary>
    Float64 = 10,
    /// <summary>UINT64</summary>
    UInt64 = 12,
    /// <summary>UINT32</summary>
    UInt32 = 15,
    /// <summary>UINT16</summary>
    UInt16 = 16,
    /// <summary>INT4</summary>
    Int4 = 17,
    /// <summary>BFLOAT16</summary>
    BFloat16 = 18,
}

/// <summary>Sizes and names of element types.</summary>
[DataTable("One row a type.")]
internal static class TensorTypes
{
    private static readonly (TensorType Type, DataType Onnx, int Size, string Name)[] s_all =
    [
        (TensorType.Float32, DataType.Float, 4, "FLOAT32"),
        (TensorType.Float16, DataType.Float16, 2, "FLOAT16"),
        (TensorType.Int32, DataType.Int32, 4, "INT32"),
        (TensorType.UInt8, DataType.UInt8, 1, "UINT8"),
        (TensorType.Int64, DataType.Int64, 8, "INT64"),
        (TensorType.Bool, DataType.Bool, 1, "BOOL"),
        (TensorType.Int16, DataType.Int16, 2, "INT16"),
        (TensorType.Int8, DataType.Int8, 1, "INT8"),
        (TensorType.Float64, DataType.Double, 8, "FLOAT64"),
        (TensorType.UInt64, DataType.UInt64, 8, "UINT64"),
        (TensorType.UInt32, DataType.UInt32, 4, "UINT32"),
        (TensorType.UInt16, DataType.UInt16, 2, "UINT16"),
        (TensorType.Int4, DataType.Int4, 1, "INT4"),
        (TensorType.BFloat16, DataType.BFloat16, 2, "BFLOAT16"),
    ];

    /// <summary>Bytes of one element.</summary>
    public static int Size(this TensorType type) => Array.Find(s_all, row => row.Type == type).Size;

    /// <summary>The name of the file format.</summary>
    public static string Name(this TensorType type) => Array.Find(s_all, row => row.Type == type).Name;

    /// <summary>The ONNX type with the same elements.</summary>
    public static DataType ToOnnx(this TensorType type) => Array.Find(s_all, row => row.Type == type).Onnx;

    /// <summary>The type with the same elements; null where TensorFlow Lite has none.</summary>
    public static TensorType? FromOnnx(DataType type) => Array.Exists(s_all, row => row.Onnx == type) ? Array.Find(s_all, row => row.Onnx == type).Type : null;
}
