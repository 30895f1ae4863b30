using Platform.Budgets;

namespace Runner.Model.Runtimes;

/// <summary>Element types by numpy's names and by the numbers of TFLite's C API, which LiteRT shares.</summary>
[DataTable("Three names of each type.")]
internal static class ElementTypes
{
    private static readonly (string Dtype, int Tflite, int Size)[] s_all =
    [
        ("float32", 1, 4), ("int32", 2, 4), ("uint8", 3, 1), ("int64", 4, 8), ("bool", 6, 1), ("int16", 7, 2), ("complex64", 8, 8), ("int8", 9, 1), ("float16", 10, 2),
        ("float64", 11, 8), ("complex128", 12, 16), ("uint64", 13, 8), ("uint32", 16, 4), ("uint16", 17, 2), ("bfloat16", 19, 2),
    ];

    /// <summary>The name of a TFLite type number; unknown ones by their number.</summary>
    public static string NameOf(int tfliteType) => Array.Find(s_all, entry => entry.Tflite == tfliteType).Dtype ?? $"tflite{tfliteType}";

    /// <summary>Bytes of an element; 0 for types that have no numpy name.</summary>
    public static int SizeOf(string dtype) => Array.Find(s_all, entry => entry.Dtype == dtype).Size;
}
