using Onnx.Model.Wire;

namespace Onnx.Model.Reading;

/// <summary>Reads tensors and brings their data into one form: little-endian bytes, or byte strings.</summary>
internal static class TensorReader
{
    private const int ExternalLocation = 1;

    public static TensorProto Read(WireReader reader, ReadContext context)
    {
        var draft = new TensorDraft();
        while (reader.TryReadTag())
        {
            if (!ReadHeader(ref reader, draft, context) && !ReadData(ref reader, draft))
            {
                reader.Skip();
            }
        }

        return draft.Finish(context);
    }

    public static SparseTensorProto ReadSparse(WireReader reader, ReadContext context)
    {
        var sparse = new SparseTensorProto();
        var dims = new List<long>();
        while (reader.TryReadTag())
        {
            switch (reader.Field)
            {
                case 1: sparse.Values = Read(reader.ReadMessage(), context); break;
                case 2: sparse.Indices = Read(reader.ReadMessage(), context); break;
                case 3: reader.ReadInt64s(dims); break;
                default: reader.Skip(); break;
            }
        }

        sparse.Dims = [.. dims];
        return sparse;
    }

    private static bool ReadHeader(ref WireReader reader, TensorDraft draft, ReadContext context)
    {
        switch (reader.Field)
        {
            case 1: reader.ReadInt64s(draft.Dims); return true;
            case 2: draft.Type = (DataType)reader.ReadInt32(); return true;
            case 8: draft.Name = reader.ReadText(context.Pool); return true;
            case 12: draft.DocString = reader.ReadLooseText(); return true;
            case 13: draft.ExternalKeys = MetadataReader.Add(draft.ExternalKeys, reader.ReadMessage(), context); return true;
            case 14: draft.IsExternal = reader.ReadInt32() == ExternalLocation; return true;
            case 16: draft.Metadata = MetadataReader.Add(draft.Metadata, reader.ReadMessage(), context); return true;
            default: return false;
        }
    }

    private static bool ReadData(ref WireReader reader, TensorDraft draft)
    {
        switch (reader.Field)
        {
            case 4: draft.Typed(TypedField.Float).AddFixed32(ref reader); return true;
            case 5: draft.Typed(TypedField.Int32).AddVarints(ref reader); return true;
            case 6: draft.Strings.Add(reader.ReadMemory()); return true;
            case 7: draft.Typed(TypedField.Int64).AddVarints(ref reader); return true;
            case 9: draft.Raw = reader.ReadMemory(); return true;
            case 10: draft.Typed(TypedField.Double).AddFixed64(ref reader); return true;
            case 11: draft.Typed(TypedField.UInt64).AddVarints(ref reader); return true;
            default: return false;
        }
    }
}
