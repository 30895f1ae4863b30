using Torch.Onnx.Program;

namespace Torch.Onnx.ProgramJson;

/// <summary>Reads the record of a tensor: in <c>tensor_values</c> and in the weights' configuration.</summary>
internal static class TensorMetaReader
{
    public static TensorMeta Read(ref JsonCursor cursor)
    {
        var type = ScalarType.Unknown;
        SymInt[] sizes = [];
        SymInt[] strides = [];
        SymInt offset = 0;
        int layout = TensorMeta.StridedLayout;
        cursor.ExpectObject();
        while (cursor.NextProperty())
        {
            if (cursor.NameIs("dtype"u8))
            {
                type = Type(ref cursor);
            }
            else if (cursor.NameIs("sizes"u8))
            {
                sizes = Sizes(ref cursor);
            }
            else if (cursor.NameIs("strides"u8))
            {
                strides = Sizes(ref cursor);
            }
            else if (cursor.NameIs("storage_offset"u8) && !cursor.IsNull)
            {
                offset = SymbolReader.Size(ref cursor);
            }
            else if (cursor.NameIs("layout"u8) && !cursor.IsNull)
            {
                layout = (int)Math.Clamp(cursor.Int(), 0, byte.MaxValue);
            }
            else
            {
                cursor.Skip();
            }
        }

        // Sparse layouts have no strides; they are refused by name later.
        return strides.Length == sizes.Length || layout != TensorMeta.StridedLayout
            ? new TensorMeta(type, sizes, strides, offset, layout)
            : throw cursor.Malformed($"as many strides as sizes ({sizes.Length}, not {strides.Length})");
    }

    public static ScalarType Type(ref JsonCursor cursor)
    {
        long number = cursor.Int();
        return number is > 0 and < 256 && Enum.IsDefined((ScalarType)number) ? (ScalarType)number : throw cursor.Malformed($"a known data type, not {number},");
    }

    private static SymInt[] Sizes(ref JsonCursor cursor)
    {
        var sizes = new List<SymInt>(4);
        cursor.ExpectArray();
        while (cursor.NextElement())
        {
            if (sizes.Count == ImportLimits.Rank)
            {
                throw new ExportedProgramException(ExportedProgramError.ProgramTooLarge, $"a tensor has more than {ImportLimits.Rank} dimensions");
            }

            var size = SymbolReader.Size(ref cursor);
            sizes.Add(size.IsStatic && size.Value < 0 ? throw cursor.Malformed("a size or stride of at least 0") : size);
        }

        return [.. sizes];
    }
}
