using Onnx.Model.Wire;

namespace Onnx.Model.Reading;

/// <summary>Reads attributes of nodes.</summary>
internal static class AttributeReader
{
    public static AttributeProto Read(WireReader reader, ReadContext context)
    {
        var draft = new Draft();
        while (reader.TryReadTag())
        {
            if (!ReadHeader(ref reader, draft, context) && !ReadScalar(ref reader, draft, context) && !ReadList(ref reader, draft, context))
            {
                reader.Skip();
            }
        }

        return draft.Finish();
    }

    private static bool ReadHeader(ref WireReader reader, Draft draft, ReadContext context)
    {
        switch (reader.Field)
        {
            case 1: draft.Name = reader.ReadText(context.Pool); return true;
            case 13: draft.DocString = reader.ReadLooseText(); return true;
            case 20: draft.Type = (AttributeType)reader.ReadInt32(); return true;
            case 21: draft.RefAttrName = reader.ReadText(context.Pool); return true;
            default: return false;
        }
    }

    private static bool ReadScalar(ref WireReader reader, Draft draft, ReadContext context)
    {
        switch (reader.Field)
        {
            case 2: draft.Set(AttributeType.Float, reader.ReadFloat()); return true;
            case 3: draft.Set(AttributeType.Int, reader.ReadInt64()); return true;
            case 4: draft.Set(AttributeType.String, reader.ReadSpan().ToArray()); return true;
            case 5: draft.Set(AttributeType.Tensor, TensorReader.Read(reader.ReadMessage(), context)); return true;
            case 6: draft.Set(AttributeType.Graph, GraphReader.ReadGraph(reader.ReadMessage(), context)); return true;
            case 14: draft.Set(AttributeType.TypeProto, TypeReader.ReadType(reader.ReadMessage(), context)); return true;
            case 22: draft.Set(AttributeType.SparseTensor, TensorReader.ReadSparse(reader.ReadMessage(), context)); return true;
            default: return false;
        }
    }

    private static bool ReadList(ref WireReader reader, Draft draft, ReadContext context)
    {
        switch (reader.Field)
        {
            case 7: reader.ReadFloats(draft.List<float>(AttributeType.Floats)); return true;
            case 8: reader.ReadInt64s(draft.List<long>(AttributeType.Ints)); return true;
            case 9: draft.List<byte[]>(AttributeType.Strings).Add(reader.ReadSpan().ToArray()); return true;
            case 10: draft.List<TensorProto>(AttributeType.Tensors).Add(TensorReader.Read(reader.ReadMessage(), context)); return true;
            case 11: draft.List<GraphProto>(AttributeType.Graphs).Add(GraphReader.ReadGraph(reader.ReadMessage(), context)); return true;
            case 15: draft.List<TypeProto>(AttributeType.TypeProtos).Add(TypeReader.ReadType(reader.ReadMessage(), context)); return true;
            case 23:
                draft.List<SparseTensorProto>(AttributeType.SparseTensors).Add(TensorReader.ReadSparse(reader.ReadMessage(), context));
                return true;
            default: return false;
        }
    }

    /// <summary>
    /// Collects the values by kind, since the field that says the kind may come last. Old files say no kind, and
    /// writers may emit default scalars beside the real value: the declared kind decides, else the only value present.
    /// </summary>
    private sealed class Draft
    {
        // Nearly every attribute has one value; a dictionary for each would cost more than the rest of the read.
        private readonly List<(AttributeType Type, object Value)> _values = new(1);

        public string Name { get; set; } = "";

        public string DocString { get; set; } = "";

        public string RefAttrName { get; set; } = "";

        public AttributeType Type { get; set; }

        public void Set(AttributeType type, object value)
        {
            _values.RemoveAll(entry => entry.Type == type);
            _values.Add((type, value));
        }

        public List<T> List<T>(AttributeType type)
        {
            if (Find(type) is List<T> existing)
            {
                return existing;
            }

            var list = new List<T>();
            _values.Add((type, list));
            return list;
        }

        public AttributeProto Finish()
        {
            var type = Type != AttributeType.Undefined || _values.Count != 1 ? Type : _values[0].Type;
            if (!Enum.IsDefined(type))
            {
                throw new OnnxFormatException(OnnxFormatError.Malformed, $"attribute {Name} has the unknown type {(int)type}");
            }

            object? value = RefAttrName.Length > 0 ? null : Value(type);
            return AttributeProto.FromValue(Name, type, value, RefAttrName, DocString);
        }

        private object? Value(AttributeType type)
        {
            object? value = Find(type);
            return type switch
            {
                AttributeType.Undefined => null,
                AttributeType.Float => value ?? 0f,
                AttributeType.Int => value ?? 0L,
                AttributeType.String => value ?? System.Array.Empty<byte>(),
                AttributeType.Floats => Array(value as List<float>),
                AttributeType.Ints => Array(value as List<long>),
                AttributeType.Strings => Array(value as List<byte[]>),
                AttributeType.Tensors => Array(value as List<TensorProto>),
                AttributeType.Graphs => Array(value as List<GraphProto>),
                AttributeType.TypeProtos => Array(value as List<TypeProto>),
                AttributeType.SparseTensors => Array(value as List<SparseTensorProto>),
                _ => value ?? throw new OnnxFormatException(OnnxFormatError.Malformed, $"attribute {Name} of type {type} has no value"),
            };
        }

        private object? Find(AttributeType type)
        {
            foreach (var entry in _values)
            {
                if (entry.Type == type)
                {
                    return entry.Value;
                }
            }

            return null;
        }

        private static T[] Array<T>(List<T>? list) => list is null ? [] : [.. list];
    }
}
