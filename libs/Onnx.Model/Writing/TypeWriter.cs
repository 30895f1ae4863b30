using Onnx.Model.Wire;

namespace Onnx.Model.Writing;

/// <summary>Writes value infos, types and shapes.</summary>
internal static class TypeWriter
{
    public static void ValueInfo(WireWriter writer, ValueInfoProto value)
    {
        writer.Text(1, value.Name);
        if (value.Type is not TypeProto.None)
        {
            writer.Message(2, value.Type, Type);
        }

        writer.Text(3, value.DocString);
        writer.Messages(4, value.Metadata, GraphWriter.Entry);
    }

    public static void Type(WireWriter writer, TypeProto type)
    {
        switch (type)
        {
            case TypeProto.Tensor tensor: writer.Message(1, (tensor.ElementType, tensor.Shape), Tensor); break;
            case TypeProto.Sequence sequence: writer.Message(4, sequence.Element, Element); break;
            case TypeProto.Map map: writer.Message(5, map, Map); break;
            case TypeProto.SparseTensor sparse: writer.Message(8, (sparse.ElementType, sparse.Shape), Tensor); break;
            case TypeProto.Optional optional: writer.Message(9, optional.Element, Element); break;
            default: break;
        }

        writer.Text(6, type.Denotation);
    }

    private static void Tensor(WireWriter writer, (DataType ElementType, Dimension[]? Shape) tensor)
    {
        writer.Varint(1, (long)tensor.ElementType);
        if (tensor.Shape is not null)
        {
            writer.Message(2, tensor.Shape, Shape);
        }
    }

    private static void Shape(WireWriter writer, Dimension[] shape) => writer.Messages(1, shape, Dimension);

    private static void Dimension(WireWriter writer, Dimension dimension)
    {
        if (dimension.Value is { } value)
        {
            writer.Varint(1, value);
        }
        else if (dimension.Param is { } param)
        {
            writer.Text(2, param);
        }
    }

    private static void Element(WireWriter writer, TypeProto element) => writer.Message(1, element, Type);

    private static void Map(WireWriter writer, TypeProto.Map map)
    {
        writer.Varint(1, (long)map.KeyType);
        writer.Message(2, map.ValueType, Type);
    }
}
