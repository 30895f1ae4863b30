using Onnx.Model;
using Onnx.Model.Analysis;

namespace Onnx.Tflite.Tests;

/// <summary>
/// Quantizes a float model for tests: min-max over seeded inputs, int8 activations with a zero point, symmetric int8 weights by
/// output channel, int32 biases; QuantizeLinear and DequantizeLinear around every node.
/// </summary>
internal sealed class QdqInsertion(ModelProto model, IReadOnlyDictionary<string, (double Min, double Max)> ranges)
{
    private readonly List<NodeProto> _nodes = [];
    private readonly Dictionary<string, (string Name, float Scale)> _real = new(StringComparer.Ordinal);

    public ModelProto Apply()
    {
        var graph = model.Graph;
        var initializers = QdqCalibration.TakeConstants(graph);
        foreach (var input in graph.Inputs)
        {
            Round(input.Name, input.Name);
        }

        foreach (var node in graph.Nodes)
        {
            var copy = new NodeProto { OpType = node.OpType, Domain = node.Domain, Name = node.Name, Attributes = node.Attributes, Outputs = [.. node.Outputs] };
            bool weighted = node.OpType is "Conv" or "Gemm" && initializers.ContainsKey(node.Input(1));
            float input = _real.GetValueOrDefault(node.Input(0)).Scale;
            float[] scales = weighted ? Weights(initializers[node.Input(1)]) : [];
            copy.Inputs = [.. node.Inputs.Select((name, i) => weighted && i == 1 ? name + "_real" : weighted && i == 2 ? Bias(initializers[name], input, scales) : _real.TryGetValue(name, out var real) ? real.Name : name)];
            _nodes.Add(copy);
            string output = node.Output(0);
            if (ranges.ContainsKey(output) && !IsFusable(node))
            {
                copy.Outputs[0] = output + "_float";
                Round(output + "_float", output);
            }
        }

        graph.Nodes = _nodes;
        foreach (var output in graph.Outputs)
        {
            _nodes.Add(new NodeProto { OpType = "Identity", Inputs = { _real[output.Name].Name }, Outputs = { output.Name } });
        }

        return model;
    }

    /// <summary>The step of a quantized value.</summary>
    public float ScaleOf(string value) => _real[value].Scale;

    // A clamp right behind is applied before rounding.
    private bool IsFusable(NodeProto node)
    {
        var readers = model.Graph.Nodes.Where(other => other.Inputs.Contains(node.Output(0))).ToList();
        return node.OpType is "Conv" or "Gemm" or "Add" && readers is [{ OpType: "Relu" or "Clip" }];
    }

    private void Round(string from, string value)
    {
        var (min, max) = ranges[value];
        float scale = (float)Math.Max((max - min) / 255, 1e-9);
        long zero = Math.Clamp((long)Math.Round(-128 - (min / scale)), -128, 127);
        model.Graph.Initializers.Add(TensorProto.Create<float>(value + "_scale", DataType.Float, [], [scale]));
        model.Graph.Initializers.Add(TensorWriting.FromInt64s(DataType.Int8, [], [zero], value + "_zero"));
        _nodes.Add(new NodeProto { OpType = "QuantizeLinear", Inputs = { from, value + "_scale", value + "_zero" }, Outputs = { value + "_q" } });
        _nodes.Add(new NodeProto { OpType = "DequantizeLinear", Inputs = { value + "_q", value + "_scale", value + "_zero" }, Outputs = { value + "_dq" } });
        _real[value] = (value + "_dq", scale);
    }

    private float[] Weights(TensorProto weights)
    {
        float[] values = TensorReading.Floats(weights);
        int channels = (int)weights.Dims[0], size = values.Length / channels;
        float[] scales = [.. Enumerable.Range(0, channels).Select(c => Math.Max(values.AsSpan(c * size, size).ToArray().Max(Math.Abs) / 127, 1e-9f))];
        long[] integers = [.. values.Select((value, i) => Math.Clamp((long)Math.Round(value / scales[i / size]), -127, 127))];
        Constant(weights.Name, TensorWriting.FromInt64s(DataType.Int8, weights.Dims, integers, weights.Name + "_q"), scales);
        return scales;
    }

    private string Bias(TensorProto bias, float input, float[] weights)
    {
        float[] values = TensorReading.Floats(bias), scales = Array.ConvertAll(weights, scale => input * scale);
        long[] integers = [.. values.Select((value, i) => (long)Math.Round(value / (double)scales[i]))];
        Constant(bias.Name, TensorWriting.FromInt64s(DataType.Int32, bias.Dims, integers, bias.Name + "_q"), scales);
        return bias.Name + "_real";
    }

    private void Constant(string name, TensorProto integers, float[] scales)
    {
        model.Graph.Initializers.Add(integers);
        model.Graph.Initializers.Add(TensorProto.Create<float>(name + "_scale", DataType.Float, [scales.Length], scales));
        _nodes.Add(new NodeProto { OpType = "DequantizeLinear", Inputs = { integers.Name, name + "_scale" }, Outputs = { name + "_real" }, Attributes = { AttributeProto.From("axis", 0L) } });
    }
}
