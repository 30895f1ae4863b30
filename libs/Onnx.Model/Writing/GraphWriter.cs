using Onnx.Model.Wire;

namespace Onnx.Model.Writing;

/// <summary>Writes models, graphs, nodes and functions; field numbers as in onnx.proto.</summary>
internal static class GraphWriter
{
    public static void Model(WireWriter writer, ModelProto model)
    {
        writer.Varint(1, model.IrVersion);
        writer.Text(2, model.ProducerName);
        writer.Text(3, model.ProducerVersion);
        writer.Text(4, model.Domain);
        if (model.ModelVersion != 0)
        {
            writer.Varint(5, model.ModelVersion);
        }

        writer.Text(6, model.DocString);
        writer.Message(7, model.Graph, Graph);
        writer.Messages(8, model.OpsetImports, Opset);
        writer.Messages(14, model.Metadata, Entry);
        writer.Messages(25, model.Functions, Function);
    }

    public static void Graph(WireWriter writer, GraphProto graph)
    {
        writer.Messages(1, graph.Nodes, Node);
        writer.Text(2, graph.Name);
        writer.Messages(5, graph.Initializers, TensorWriter.Tensor);
        writer.Text(10, graph.DocString);
        writer.Messages(11, graph.Inputs, TypeWriter.ValueInfo);
        writer.Messages(12, graph.Outputs, TypeWriter.ValueInfo);
        writer.Messages(13, graph.ValueInfos, TypeWriter.ValueInfo);
        writer.Messages(14, graph.QuantizationAnnotations, Annotation);
        writer.Messages(15, graph.SparseInitializers, TensorWriter.Sparse);
        writer.Messages(16, graph.Metadata, Entry);
    }

    public static void Entry(WireWriter writer, KeyValuePair<string, string> entry)
    {
        writer.Text(1, entry.Key, always: true);
        writer.Text(2, entry.Value, always: true);
    }

    private static void Node(WireWriter writer, NodeProto node)
    {
        Texts(writer, 1, node.Inputs);
        Texts(writer, 2, node.Outputs);
        writer.Text(3, node.Name);
        writer.Text(4, node.OpType);
        writer.Messages(5, node.Attributes, AttributeWriter.Attribute);
        writer.Text(6, node.DocString);
        writer.Text(7, node.Domain);
        writer.Text(8, node.Overload);
        writer.Messages(9, node.Metadata, Entry);
    }

    private static void Function(WireWriter writer, FunctionProto function)
    {
        writer.Text(1, function.Name);
        Texts(writer, 4, function.Inputs);
        Texts(writer, 5, function.Outputs);
        Texts(writer, 6, function.Attributes);
        writer.Messages(7, function.Nodes, Node);
        writer.Text(8, function.DocString);
        writer.Messages(9, function.OpsetImports, Opset);
        writer.Text(10, function.Domain);
        writer.Messages(11, function.AttributeDefaults, AttributeWriter.Attribute);
        writer.Messages(12, function.ValueInfos, TypeWriter.ValueInfo);
        writer.Text(13, function.Overload);
        writer.Messages(14, function.Metadata, Entry);
    }

    private static void Opset(WireWriter writer, OperatorSetId opset)
    {
        writer.Text(1, opset.Domain, always: true);
        writer.Varint(2, opset.Version);
    }

    private static void Annotation(WireWriter writer, TensorAnnotation annotation)
    {
        writer.Text(1, annotation.TensorName);
        writer.Messages(2, annotation.Parameters, Entry);
    }

    // An empty name is an optional input left out: it must keep its place.
    private static void Texts(WireWriter writer, int field, List<string> texts)
    {
        foreach (string text in texts)
        {
            writer.Text(field, text, always: true);
        }
    }
}
