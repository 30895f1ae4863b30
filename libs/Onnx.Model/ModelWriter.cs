using Onnx.Model.Wire;
using Onnx.Model.Writing;

namespace Onnx.Model;

/// <summary>Writes the protobuf form of a model: the same model gives the same bytes.</summary>
public static class ModelWriter
{
    /// <summary>Bytes that <see cref="Write(ModelProto, Stream)"/> would write.</summary>
    public static long Measure(ModelProto model)
    {
        var counter = new WireWriter(null);
        GraphWriter.Model(counter, model);
        return counter.Length;
    }

    /// <summary>Writes the model; tensors with <see cref="TensorProto.External"/> set are written as references.</summary>
    /// <param name="model">The model.</param>
    /// <param name="output">Target; it is not closed.</param>
    /// <exception cref="OnnxFormatException">FILE_TOO_LARGE when the model would not fit protobuf's 2 GiB.</exception>
    public static void Write(ModelProto model, Stream output)
    {
        long length = Measure(model);
        if (length > int.MaxValue)
        {
            throw new OnnxFormatException(OnnxFormatError.FileTooLarge, $"{length} bytes: save the model with external data instead");
        }

        using var buffered = new BufferedStream(new UnclosedStream(output), 1 << 16);
        GraphWriter.Model(new WireWriter(buffered), model);
    }

    /// <summary>The model as bytes.</summary>
    /// <exception cref="OnnxFormatException">FILE_TOO_LARGE when the model would not fit protobuf's 2 GiB.</exception>
    public static byte[] ToBytes(ModelProto model)
    {
        using var stream = new MemoryStream();
        Write(model, stream);
        return stream.ToArray();
    }

    /// <summary>One tensor in protobuf form, as in the test data of the ONNX suite.</summary>
    public static byte[] ToBytes(TensorProto tensor)
    {
        using var stream = new MemoryStream();
        TensorWriter.Tensor(new WireWriter(stream), tensor);
        return stream.ToArray();
    }
}
