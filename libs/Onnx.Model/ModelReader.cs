using Onnx.Model.Reading;
using Onnx.Model.Wire;

namespace Onnx.Model;

/// <summary>
/// Reads the protobuf form of a model. Weights are not copied: the model refers to parts of the given buffer, which
/// must stay unchanged while the model is in use.
/// </summary>
public static class ModelReader
{
    /// <summary>Reads a model whose data is all in one buffer; external tensors keep only their place (<see cref="TensorProto.External"/>).</summary>
    /// <param name="bytes">The whole file, less than 2 GiB.</param>
    /// <exception cref="OnnxFormatException">The bytes are not an ONNX model; see <see cref="OnnxFormatError"/>.</exception>
    public static ModelProto Read(ReadOnlyMemory<byte> bytes) => Read(bytes, null);

    internal static ModelProto Read(ReadOnlyMemory<byte> bytes, ExternalDataFolder? externalData)
    {
        if (bytes.IsEmpty)
        {
            throw new OnnxFormatException(OnnxFormatError.Truncated, "the file is empty");
        }

        var context = new ReadContext(new TextPool(), externalData);
        var model = new ModelProto { IrVersion = 0 };
        bool hasGraph = false;
        var reader = new WireReader(bytes);
        while (reader.TryReadTag())
        {
            hasGraph |= reader.Field == 7;
            ReadField(ref reader, model, context);
        }

        return hasGraph && model.IrVersion > 0
            ? model
            : throw new OnnxFormatException(OnnxFormatError.NotAModel, "the file holds no graph or no IR version, so it is not an ONNX model");
    }

    /// <summary>Reads one tensor in protobuf form, as in the test data of the ONNX suite (<c>input_0.pb</c>).</summary>
    /// <param name="bytes">A serialized <c>TensorProto</c>.</param>
    /// <exception cref="OnnxFormatException">The bytes are not a tensor.</exception>
    public static TensorProto ReadTensor(ReadOnlyMemory<byte> bytes) =>
        TensorReader.Read(new WireReader(bytes), new ReadContext(new TextPool(), null));

    private static void ReadField(ref WireReader reader, ModelProto model, ReadContext context)
    {
        switch (reader.Field)
        {
            case 1: model.IrVersion = reader.ReadInt64(); break;
            case 2: model.ProducerName = reader.ReadLooseText(); break;
            case 3: model.ProducerVersion = reader.ReadLooseText(); break;
            case 4: model.Domain = reader.ReadLooseText(); break;
            case 5: model.ModelVersion = reader.ReadInt64(); break;
            case 6: model.DocString = reader.ReadLooseText(); break;
            case 7: model.Graph = GraphReader.ReadGraph(reader.ReadMessage(), context); break;
            case 8: model.OpsetImports.Add(GraphReader.ReadOpset(reader.ReadMessage(), context)); break;
            case 14: model.Metadata = MetadataReader.Add(model.Metadata, reader.ReadMessage(), context); break;
            case 25: model.Functions.Add(GraphReader.ReadFunction(reader.ReadMessage(), context)); break;
            default: reader.Skip(); break;
        }
    }
}
