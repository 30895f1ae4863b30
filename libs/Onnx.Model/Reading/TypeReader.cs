using Onnx.Model.Wire;

namespace Onnx.Model.Reading;

/// <summary>Reads value infos, types and shapes.</summary>
internal static class TypeReader
{
    public static ValueInfoProto ReadValueInfo(WireReader reader, ReadContext context)
    {
        var value = new ValueInfoProto();
        while (reader.TryReadTag())
        {
            switch (reader.Field)
            {
                case 1: value.Name = reader.ReadText(context.Pool); break;
                case 2: value.Type = ReadType(reader.ReadMessage(), context); break;
                case 3: value.DocString = reader.ReadLooseText(); break;
                case 4: value.Metadata = MetadataReader.Add(value.Metadata, reader.ReadMessage(), context); break;
                default: reader.Skip(); break;
            }
        }

        return value;
    }

    public static TypeProto ReadType(WireReader reader, ReadContext context)
    {
        TypeProto type = new TypeProto.None();
        string denotation = "";
        while (reader.TryReadTag())
        {
            switch (reader.Field)
            {
                case 1: type = ReadTensor(reader.ReadMessage(), context, static (e, s) => new TypeProto.Tensor(e, s)); break;
                case 4: type = new TypeProto.Sequence(ReadElement(reader.ReadMessage(), context)); break;
                case 5: type = ReadMap(reader.ReadMessage(), context); break;
                case 6: denotation = reader.ReadLooseText(); break;
                case 8: type = ReadTensor(reader.ReadMessage(), context, static (e, s) => new TypeProto.SparseTensor(e, s)); break;
                case 9: type = new TypeProto.Optional(ReadElement(reader.ReadMessage(), context)); break;
                default: reader.Skip(); break;
            }
        }

        return denotation.Length == 0 ? type : type with { Denotation = denotation };
    }

    private static TypeProto ReadTensor(WireReader reader, ReadContext context, Func<DataType, Dimension[]?, TypeProto> make)
    {
        var element = DataType.Undefined;
        Dimension[]? shape = null;
        while (reader.TryReadTag())
        {
            switch (reader.Field)
            {
                case 1: element = (DataType)reader.ReadInt32(); break;
                case 2: shape = ReadShape(reader.ReadMessage(), context); break;
                default: reader.Skip(); break;
            }
        }

        return make(element, shape);
    }

    private static TypeProto ReadElement(WireReader reader, ReadContext context)
    {
        TypeProto element = new TypeProto.None();
        while (reader.TryReadTag())
        {
            if (reader.Field == 1)
            {
                element = ReadType(reader.ReadMessage(), context);
            }
            else
            {
                reader.Skip();
            }
        }

        return element;
    }

    private static TypeProto.Map ReadMap(WireReader reader, ReadContext context)
    {
        var key = DataType.Undefined;
        TypeProto value = new TypeProto.None();
        while (reader.TryReadTag())
        {
            switch (reader.Field)
            {
                case 1: key = (DataType)reader.ReadInt32(); break;
                case 2: value = ReadType(reader.ReadMessage(), context); break;
                default: reader.Skip(); break;
            }
        }

        return new TypeProto.Map(key, value);
    }

    private static Dimension[] ReadShape(WireReader reader, ReadContext context)
    {
        var dims = new List<Dimension>();
        while (reader.TryReadTag())
        {
            if (reader.Field == 1)
            {
                dims.Add(ReadDimension(reader.ReadMessage(), context));
            }
            else
            {
                reader.Skip();
            }
        }

        return [.. dims];
    }

    private static Dimension ReadDimension(WireReader reader, ReadContext context)
    {
        var dimension = Dimension.Unknown;
        while (reader.TryReadTag())
        {
            switch (reader.Field)
            {
                case 1: dimension = FromValue(reader.ReadInt64()); break;
                case 2: dimension = FromParam(reader.ReadText(context.Pool)); break;
                default: reader.Skip(); break;
            }
        }

        return dimension;
    }

    // Some exporters write -1 for "any"; the specification has no negative dimensions.
    private static Dimension FromValue(long value) => value < 0 ? Dimension.Unknown : value;

    private static Dimension FromParam(string param) => param.Length == 0 ? Dimension.Unknown : param;
}
