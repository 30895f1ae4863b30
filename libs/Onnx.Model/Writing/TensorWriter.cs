using System.Globalization;
using Onnx.Model.Wire;

namespace Onnx.Model.Writing;

/// <summary>Writes tensors: always as raw data, or as a reference where <see cref="TensorProto.External"/> stays external.</summary>
internal static class TensorWriter
{
    private const int ExternalLocation = 1;

    public static void Tensor(WireWriter writer, TensorProto tensor)
    {
        writer.PackedInt64s(1, tensor.Dims);
        writer.Varint(2, (long)tensor.DataType);
        if (tensor.Strings is not null)
        {
            foreach (var text in tensor.Strings)
            {
                writer.Bytes(6, text.Span);
            }
        }

        writer.Text(8, tensor.Name);
        if (tensor.External is not null)
        {
            External(writer, tensor.External);
        }
        else if (tensor.Data.Length > 0)
        {
            writer.Data(9, tensor.Data);
        }

        writer.Text(12, tensor.DocString);
        writer.Messages(16, tensor.Metadata, GraphWriter.Entry);
    }

    public static void Sparse(WireWriter writer, SparseTensorProto sparse)
    {
        writer.Message(1, sparse.Values, Tensor);
        writer.Message(2, sparse.Indices, Tensor);
        writer.PackedInt64s(3, sparse.Dims);
    }

    private static void External(WireWriter writer, ExternalDataInfo info)
    {
        writer.Message(13, KeyValuePair.Create("location", info.Location), GraphWriter.Entry);
        writer.Message(13, KeyValuePair.Create("offset", Number(info.Offset)), GraphWriter.Entry);
        if (info.Length is { } length)
        {
            writer.Message(13, KeyValuePair.Create("length", Number(length)), GraphWriter.Entry);
        }

        writer.Varint(14, ExternalLocation);
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
