using Onnx.Model.Wire;

namespace Onnx.Model.Reading;

/// <summary>Reads graphs, nodes, attributes and functions.</summary>
internal static class GraphReader
{
    public static GraphProto ReadGraph(WireReader reader, ReadContext context)
    {
        var graph = new GraphProto();
        while (reader.TryReadTag())
        {
            switch (reader.Field)
            {
                case 1: graph.Nodes.Add(ReadNode(reader.ReadMessage(), context)); break;
                case 2: graph.Name = reader.ReadText(context.Pool); break;
                case 5: graph.Initializers.Add(TensorReader.Read(reader.ReadMessage(), context)); break;
                case 10: graph.DocString = reader.ReadLooseText(); break;
                case 11: graph.Inputs.Add(TypeReader.ReadValueInfo(reader.ReadMessage(), context)); break;
                case 12: graph.Outputs.Add(TypeReader.ReadValueInfo(reader.ReadMessage(), context)); break;
                case 13: graph.ValueInfos.Add(TypeReader.ReadValueInfo(reader.ReadMessage(), context)); break;
                case 14: graph.QuantizationAnnotations.Add(ReadAnnotation(reader.ReadMessage(), context)); break;
                case 15: graph.SparseInitializers.Add(TensorReader.ReadSparse(reader.ReadMessage(), context)); break;
                case 16: graph.Metadata = MetadataReader.Add(graph.Metadata, reader.ReadMessage(), context); break;
                default: reader.Skip(); break;
            }
        }

        return graph;
    }

    public static NodeProto ReadNode(WireReader reader, ReadContext context)
    {
        var node = new NodeProto();
        while (reader.TryReadTag())
        {
            switch (reader.Field)
            {
                case 1: node.Inputs.Add(reader.ReadText(context.Pool)); break;
                case 2: node.Outputs.Add(reader.ReadText(context.Pool)); break;
                case 3: node.Name = reader.ReadText(context.Pool); break;
                case 4: node.OpType = reader.ReadText(context.Pool); break;
                case 5: node.Attributes.Add(AttributeReader.Read(reader.ReadMessage(), context)); break;
                case 6: node.DocString = reader.ReadLooseText(); break;
                case 7: node.Domain = OnnxDomain.Normalize(reader.ReadText(context.Pool)); break;
                case 8: node.Overload = reader.ReadText(context.Pool); break;
                case 9: node.Metadata = MetadataReader.Add(node.Metadata, reader.ReadMessage(), context); break;
                default: reader.Skip(); break;
            }
        }

        return node;
    }

    public static FunctionProto ReadFunction(WireReader reader, ReadContext context)
    {
        var function = new FunctionProto();
        while (reader.TryReadTag())
        {
            switch (reader.Field)
            {
                case 1: function.Name = reader.ReadText(context.Pool); break;
                case 4: function.Inputs.Add(reader.ReadText(context.Pool)); break;
                case 5: function.Outputs.Add(reader.ReadText(context.Pool)); break;
                case 6: function.Attributes.Add(reader.ReadText(context.Pool)); break;
                case 7: function.Nodes.Add(ReadNode(reader.ReadMessage(), context)); break;
                case 8: function.DocString = reader.ReadLooseText(); break;
                case 9: function.OpsetImports.Add(ReadOpset(reader.ReadMessage(), context)); break;
                case 10: function.Domain = OnnxDomain.Normalize(reader.ReadText(context.Pool)); break;
                case 11: function.AttributeDefaults.Add(AttributeReader.Read(reader.ReadMessage(), context)); break;
                case 12: function.ValueInfos.Add(TypeReader.ReadValueInfo(reader.ReadMessage(), context)); break;
                case 13: function.Overload = reader.ReadText(context.Pool); break;
                case 14: function.Metadata = MetadataReader.Add(function.Metadata, reader.ReadMessage(), context); break;
                default: reader.Skip(); break;
            }
        }

        return function;
    }

    public static OperatorSetId ReadOpset(WireReader reader, ReadContext context)
    {
        string domain = "";
        long version = 0;
        while (reader.TryReadTag())
        {
            switch (reader.Field)
            {
                case 1: domain = OnnxDomain.Normalize(reader.ReadText(context.Pool)); break;
                case 2: version = reader.ReadInt64(); break;
                default: reader.Skip(); break;
            }
        }

        return new OperatorSetId(domain, version);
    }

    private static TensorAnnotation ReadAnnotation(WireReader reader, ReadContext context)
    {
        string name = "";
        IDictionary<string, string> parameters = EmptyMetadata.Instance;
        while (reader.TryReadTag())
        {
            switch (reader.Field)
            {
                case 1: name = reader.ReadText(context.Pool); break;
                case 2: parameters = MetadataReader.Add(parameters, reader.ReadMessage(), context); break;
                default: reader.Skip(); break;
            }
        }

        return new TensorAnnotation(name, parameters);
    }
}
