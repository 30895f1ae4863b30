using System.Text;

namespace Onnx.Model.Analysis.Rules;

/// <summary>The value of a Constant node, whichever attribute holds it.</summary>
internal static class ConstantValues
{
    public static TensorProto Of(NodeProto node)
    {
        foreach (var attribute in node.Attributes)
        {
            switch (attribute.Name)
            {
                case "value": return attribute.Tensor;
                case "sparse_value" when attribute.Value is SparseTensorProto sparse: return SparseTensors.Densify(sparse);
                case "value_float": return TensorProto.Create("", DataType.Float, [], [attribute.Float]);
                case "value_floats": return TensorProto.Create<float>("", DataType.Float, [attribute.Floats.Length], attribute.Floats);
                case "value_int": return TensorProto.Create("", DataType.Int64, [], [attribute.Int]);
                case "value_ints": return TensorProto.Create<long>("", DataType.Int64, [attribute.Ints.Length], attribute.Ints);
                case "value_string": return Texts([], [attribute.Text]);
                case "value_strings": return Texts([attribute.Texts.Length], attribute.Texts);
                default: break;
            }
        }

        throw new OnnxGraphException(GraphError.InvalidNode, "a Constant without a value");
    }

    private static TensorProto Texts(long[] dims, string[] texts) => new()
    {
        DataType = DataType.String,
        Dims = dims,
        Strings = Array.ConvertAll(texts, text => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(text)),
    };
}
