using Onnx.Model;

namespace Platform.Toolchains.Qnn;

/// <summary>How an ONNX model computes, as far as chips differ in it.</summary>
public static class ModelPrecision
{
    /// <summary>Nothing is quantized.</summary>
    public const string Float = "float";

    /// <summary>The types of quantized activations and weights, e.g. <c>a8w8</c>; <see cref="Float"/> for a model without QuantizeLinear.</summary>
    public static string Of(ModelProto model)
    {
        var nodes = model.Graph.Nodes;
        var constants = model.Graph.Initializers.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        if (!nodes.Exists(node => node.OpType == "QuantizeLinear"))
        {
            return Float;
        }

        int activations = 8, weights = 0;
        foreach (var node in nodes)
        {
            if (node.OpType == "QuantizeLinear" && constants.TryGetValue(node.Input(2), out var zero))
            {
                activations = Math.Max(activations, zero.DataType.BitSize());
            }
            else if (node.OpType == "DequantizeLinear" && constants.TryGetValue(node.Input(0), out var weight) && weight.DataType.BitSize() <= 16)
            {
                weights = Math.Max(weights, weight.DataType.BitSize());
            }
        }

        return $"a{activations}w{(weights == 0 ? 8 : weights)}";
    }
}
