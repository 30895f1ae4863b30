using System.Globalization;
using Platform.Budgets;

namespace Runner.QnnStep.Native;

/// <summary>Element types of QNN (Qnn_DataType_t) by numpy's names; fixed-point types by their integers' names.</summary>
[DataTable("The numbers of one enumeration.")]
internal static class QnnDataTypes
{
    private static readonly (uint Number, string Name)[] s_all =
    [
        (0x0008, "int8"), (0x0016, "int16"), (0x0032, "int32"), (0x0064, "int64"), (0x0108, "uint8"), (0x0116, "uint16"), (0x0132, "uint32"), (0x0164, "uint64"),
        (0x0216, "float16"), (0x0232, "float32"), (0x0264, "float64"), (0x0304, "int4"), (0x0308, "int8"), (0x0316, "int16"), (0x0332, "int32"),
        (0x0404, "uint4"), (0x0408, "uint8"), (0x0416, "uint16"), (0x0432, "uint32"), (0x0508, "bool"),
    ];

    /// <summary>The name; an unknown number in hexadecimal.</summary>
    public static string NameOf(uint number) => Array.Find(s_all, entry => entry.Number == number).Name ?? $"qnn{number.ToString("x4", CultureInfo.InvariantCulture)}";
}
