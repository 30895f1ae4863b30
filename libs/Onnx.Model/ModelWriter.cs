using Onnx.Model.Wire;
using Onnx.Model.Writing;

namespace Onnx.Model;

/// <summary>Writes the protobuf form of a model: the same model gives the same bytes.</summary>
public static class ModelWriter
{
    /// <summary>Bytes that <see cref="Write(ModelProto, Stream)"/> would write.</summary>
    public static long Measure(ModelProto model) => Lengths(model)[0];

    /// <summary>Writes the model; tensors with <see cref="TensorProto.External"/> set are written as references.</summary>
    /// <param name="model">The model.</param>
    /// <param name="output">Target; it is not closed.</param>
    /// <exception cref="OnnxFormatException">FILE_TOO_LARGE when the model would not fit protobuf's 2 GiB.</exception>
    public static void Write(ModelProto model, Stream output) => Write(model, Lengths(model), output);

    /// <summary>The model as bytes.</summary>
    /// <exception cref="OnnxFormatException">FILE_TOO_LARGE when the model would not fit protobuf's 2 GiB, or an array's limit, which is a little less.</exception>
    public static byte[] ToBytes(ModelProto model) => Bytes(model, GraphWriter.Model, Lengths(model));

    /// <summary>What <see cref="Write(ModelProto, List{long}, Stream)"/> needs to know of a model.</summary>
    internal static List<long> Lengths(ModelProto model) => WireWriter.Measure(model, GraphWriter.Model);

    /// <summary>Writes a model that was measured and has not been changed since.</summary>
    internal static void Write(ModelProto model, List<long> lengths, Stream output)
    {
        Check(lengths[0], int.MaxValue);
        WireWriter.Write(model, GraphWriter.Model, lengths, output);
    }

    /// <summary>One tensor in protobuf form, as in the test data of the ONNX suite.</summary>
    public static byte[] ToBytes(TensorProto tensor) => Bytes(tensor, TensorWriter.Tensor, WireWriter.Measure(tensor, TensorWriter.Tensor));

    private static byte[] Bytes<T>(T message, Action<WireWriter, T> write, List<long> lengths)
    {
        Check(lengths[0], Array.MaxLength);
        byte[] bytes = new byte[lengths[0]];
        using var stream = new MemoryStream(bytes);
        WireWriter.Write(message, write, lengths, stream);
        return bytes;
    }

    private static void Check(long length, long limit)
    {
        if (length > limit)
        {
            throw new OnnxFormatException(OnnxFormatError.FileTooLarge, $"{length} bytes: save the model with external data instead");
        }
    }
}
