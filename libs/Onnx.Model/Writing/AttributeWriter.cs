using Onnx.Model.Wire;

namespace Onnx.Model.Writing;

/// <summary>Writes attributes of nodes.</summary>
internal static class AttributeWriter
{
    public static void Attribute(WireWriter writer, AttributeProto attribute)
    {
        writer.Text(1, attribute.Name);
        Value(writer, attribute.Value);
        writer.Text(13, attribute.DocString);
        writer.Varint(20, (long)attribute.Type);
        writer.Text(21, attribute.RefAttrName);
    }

    private static void Value(WireWriter writer, object? value)
    {
        switch (value)
        {
            case null: break;
            case float number: writer.Fixed32(2, number); break;
            case long number: writer.Varint(3, number); break;
            case byte[] text: writer.Bytes(4, text); break;
            case TensorProto tensor: writer.Message(5, tensor, TensorWriter.Tensor); break;
            case GraphProto graph: writer.Message(6, graph, GraphWriter.Graph); break;
            case TypeProto type: writer.Message(14, type, TypeWriter.Type); break;
            case SparseTensorProto sparse: writer.Message(22, sparse, TensorWriter.Sparse); break;
            default: List(writer, value); break;
        }
    }

    private static void List(WireWriter writer, object value)
    {
        switch (value)
        {
            case float[] numbers: Array.ForEach(numbers, number => writer.Fixed32(7, number)); break;
            case long[] numbers: Array.ForEach(numbers, number => writer.Varint(8, number)); break;
            case byte[][] texts: Array.ForEach(texts, text => writer.Bytes(9, text)); break;
            case TensorProto[] tensors: writer.Messages(10, tensors, TensorWriter.Tensor); break;
            case GraphProto[] graphs: writer.Messages(11, graphs, GraphWriter.Graph); break;
            case TypeProto[] types: writer.Messages(15, types, TypeWriter.Type); break;
            case SparseTensorProto[] sparse: writer.Messages(23, sparse, TensorWriter.Sparse); break;
            default: throw new ArgumentException($"an attribute cannot hold a {value.GetType()}", nameof(value));
        }
    }
}
