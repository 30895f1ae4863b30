using Onnx.Model;

namespace Onnx.Tflite.Tests;

/// <summary>Makes inputs that are parameters constants: the way exporters write axes, shapes, sizes, scales and quantization parameters.</summary>
internal static class ParameterBaking
{
    private static readonly Dictionary<string, int[]> s_parameters = new(StringComparer.Ordinal)
    {
        ["BatchNormalization"] = [1, 2, 3, 4],
        ["BlackmanWindow"] = [0],
        ["Clip"] = [1, 2],
        ["ConstantOfShape"] = [0],
        ["Conv"] = [1, 2],
        ["ConvInteger"] = [1, 2, 3],
        ["ConvTranspose"] = [1, 2],
        ["CumSum"] = [1],
        ["DequantizeLinear"] = [1, 2],
        ["Expand"] = [1],
        ["GRU"] = [1, 2, 3],
        ["HammingWindow"] = [0],
        ["HannWindow"] = [0],
        ["InstanceNormalization"] = [1, 2],
        ["LSTM"] = [1, 2, 3, 7],
        ["LayerNormalization"] = [1, 2],
        ["Loop"] = [0, 1],
        ["MatMulInteger"] = [2, 3],
        ["MaxUnpool"] = [2],
        ["MelWeightMatrix"] = [0, 1, 2, 3, 4],
        ["NonMaxSuppression"] = [2, 3, 4],
        ["OneHot"] = [1, 2],
        ["Pad"] = [1, 2, 3],
        ["QLinearConv"] = [1, 2, 3, 4, 5, 6, 7],
        ["QLinearMatMul"] = [1, 2, 4, 5, 6, 7],
        ["QuantizeLinear"] = [1, 2],
        ["RNN"] = [1, 2, 3],
        ["Range"] = [0, 1, 2],
        ["ReduceSum"] = [1],
        ["Reshape"] = [1],
        ["Resize"] = [1, 2, 3],
        ["STFT"] = [1, 2, 3],
        ["Slice"] = [1, 2, 3, 4],
        ["Split"] = [1],
        ["Squeeze"] = [1],
        ["Tile"] = [1],
        ["TopK"] = [1],
        ["Trilu"] = [1],
        ["Unsqueeze"] = [1],
        ["Upsample"] = [1],
    };

    /// <summary>Moves parameters into the graph and gives the inputs that are left.</summary>
    public static List<TensorProto> Bake(GraphProto graph, List<TensorProto> inputs)
    {
        var parameters = graph.Nodes.SelectMany(node => (s_parameters.GetValueOrDefault(node.OpType) ?? []).Select(node.Input)).ToHashSet(StringComparer.Ordinal);
        var data = graph.Nodes.SelectMany(node => node.Inputs.Where((_, i) => !(s_parameters.GetValueOrDefault(node.OpType) ?? []).Contains(i))).ToHashSet(StringComparer.Ordinal);
        var baked = inputs.Where(input => parameters.Contains(input.Name) && !data.Contains(input.Name)).ToList();
        graph.Initializers.AddRange(baked);
        return [.. inputs.Except(baked)];
    }
}
