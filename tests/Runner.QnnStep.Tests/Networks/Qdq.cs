using Onnx.Model;
using Onnx.Model.Analysis;
using Onnx.Tflite.Tests;

namespace Runner.QnnStep.Tests;

/// <summary>
/// Quantizes a float model for tests: activations unsigned with a zero point, min-max over 8 seeded inputs; int8 weights by
/// output channel, symmetric; int32 biases. 16-bit types stand in ONNX Runtime's own domain, which operator sets below 21 need.
/// </summary>
internal sealed class Qdq
{
    private const int Inputs = 8;

    private static readonly string[] s_shapeOnly = ["Reshape", "Transpose", "Flatten", "Relu", "MaxPool"];

    private readonly ModelProto _model;
    private readonly IReadOnlyDictionary<string, (double Min, double Max)> _ranges;
    private readonly int _activationBits;
    private readonly int _weightBits;
    private readonly Dictionary<string, TensorProto> _constants;
    private readonly Dictionary<string, (string Name, float Scale)> _real = new(StringComparer.Ordinal);
    private readonly HashSet<string> _done = [];
    private readonly List<NodeProto> _nodes = [];
    private readonly Dictionary<string, string> _originOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, float> _gains = new(StringComparer.Ordinal);
    private readonly Dictionary<string, float> _scales = new(StringComparer.Ordinal);

    private Qdq(ModelProto model, IReadOnlyDictionary<string, (double Min, double Max)> ranges, int activationBits, int weightBits)
    {
        (_model, _ranges, _activationBits, _weightBits) = (model, ranges, activationBits, weightBits);
        _constants = QdqCalibration.TakeConstants(model.Graph);
    }

    /// <summary>Writes the quantized model of a float model's file.</summary>
    public static async Task WriteAsync(string source, string target, int activationBits, int weightBits = 8)
    {
        using var file = OnnxFile.Open(source);
        var ranges = await QdqCalibration.RangesAsync(file, Inputs);
        OnnxFile.Save(new Qdq(file.Model, ranges, activationBits, weightBits).Apply(), target);
    }

    private ModelProto Apply()
    {
        var graph = _model.Graph;
        foreach (var input in graph.Inputs)
        {
            Round(input.Name, input.Name, null);
        }

        foreach (var node in graph.Nodes)
        {
            Quantize(node);
        }

        graph.Nodes = _nodes;
        foreach (var output in graph.Outputs)
        {
            // The last rounding gives the output itself.
            _nodes[^1].Outputs[0] = _nodes[^1].Outputs[0] == output.Name + "_dq" ? output.Name : throw new InvalidOperationException("the output is not the last value");
        }

        var used = _nodes.SelectMany(node => node.Inputs).ToHashSet();
        graph.Initializers.RemoveAll(tensor => !used.Contains(tensor.Name));
        if (_model.OpsetVersion("com.microsoft") == 0)
        {
            _model.OpsetImports.Add(new OperatorSetId("com.microsoft", 1));
        }

        return _model;
    }

    private void Quantize(NodeProto node)
    {
        var copy = new NodeProto { OpType = node.OpType, Domain = node.Domain, Name = node.Name, Attributes = node.Attributes, Outputs = [.. node.Outputs] };
        float input = _real.GetValueOrDefault(node.Input(0)).Scale;
        bool weighted = node.OpType is "Conv" or "Gemm" or "MatMul" && _constants.ContainsKey(node.Input(1));
        int axis = node.OpType == "Conv" || (node.OpType == "Gemm" && node.Int("transB", 0) == 1) ? 0 : 1;
        float[] scales = weighted ? Weights(_constants[node.Input(1)], axis) : [];
        copy.Inputs = [.. node.Inputs.Select((name, i) => Real(node, name, i, weighted, input, scales))];
        _nodes.Add(copy);
        if (_ranges.ContainsKey(node.Output(0)))
        {
            copy.Outputs[0] = node.Output(0) + "_float";
            Round(node.Output(0) + "_float", node.Output(0), s_shapeOnly.Contains(node.OpType) && node.OpType != "Relu" ? _real.GetValueOrDefault(node.Input(0)).Name : null);
        }
    }

    private string Real(NodeProto node, string name, int i, bool weighted, float input, float[] scales)
    {
        if (_real.TryGetValue(name, out var real))
        {
            return real.Name;
        }

        if (!_constants.TryGetValue(name, out var constant) || constant.DataType != DataType.Float || node.OpType is "Clip" or "Resize")
        {
            return name;
        }

        return weighted && i == 1 ? name + "_real"
            : node.OpType is "Conv" or "Gemm" && i == 2 ? Bias(constant, input, scales)
            : node.OpType == "LayerNormalization" ? (i == 1 ? Gain(constant) : Bias(constant, input, [_gains[node.Input(1)]]))
            : Plain(constant);
    }

    // Reshaped values keep the scale of what they are made of.
    private void Round(string from, string value, string? sameAs)
    {
        if (sameAs is not null && sameAs.EndsWith("_dq", StringComparison.Ordinal))
        {
            string origin = sameAs[..^3];
            Rounding(from, value, _originOf.GetValueOrDefault(origin, origin));
            return;
        }

        var (min, max) = _ranges[value];
        Scale(value, min, max);
        Rounding(from, value, value);
    }

    private void Scale(string value, double min, double max)
    {
        double steps = Math.Pow(2, _activationBits) - 1;
        float scale = (float)Math.Max((max - min) / steps, 1e-9);
        long zero = Math.Clamp((long)Math.Round(-min / scale), 0, (long)steps);
        _model.Graph.Initializers.Add(TensorProto.Create<float>(value + "_scale", DataType.Float, [], [scale]));
        _model.Graph.Initializers.Add(TensorWriting.FromInt64s(_activationBits == 8 ? DataType.UInt8 : DataType.UInt16, [], [zero], value + "_zero"));
        _scales[value] = scale;
    }

    private void Rounding(string from, string value, string origin)
    {
        string domain = _activationBits == 8 ? "" : "com.microsoft";
        _nodes.Add(new NodeProto { OpType = "QuantizeLinear", Domain = domain, Name = value + "/q", Inputs = { from, origin + "_scale", origin + "_zero" }, Outputs = { value + "_q" } });
        _nodes.Add(new NodeProto { OpType = "DequantizeLinear", Domain = domain, Name = value + "/dq", Inputs = { value + "_q", origin + "_scale", origin + "_zero" }, Outputs = { value + "_dq" } });
        _real[value] = (value + "_dq", _scales[origin]);
        _originOf[value] = origin;
    }

    private float[] Weights(TensorProto weights, int axis)
    {
        float[] values = TensorReading.Floats(weights);
        int channels = (int)weights.Dims[axis];
        int inner = (int)weights.Dims.Skip(axis + 1).Aggregate(1L, (product, dim) => product * dim);
        double most = Math.Pow(2, _weightBits - 1) - 1;
        float[] scales = new float[channels];
        for (int i = 0; i < values.Length; i++)
        {
            scales[i / inner % channels] = Math.Max(scales[i / inner % channels], Math.Max(Math.Abs(values[i]) / (float)most, 1e-9f));
        }

        if (_done.Add(weights.Name))
        {
            long[] integers = [.. values.Select((value, i) => Math.Clamp((long)Math.Round(value / scales[i / inner % channels]), -(long)most, (long)most))];
            Constant(weights.Name, TensorWriting.FromInt64s(_weightBits == 8 ? DataType.Int8 : DataType.Int16, weights.Dims, integers, weights.Name + "_q"), scales, axis);
        }

        return scales;
    }

    private string Bias(TensorProto bias, float input, float[] weights)
    {
        if (_done.Add(bias.Name))
        {
            float[] values = TensorReading.Floats(bias), scales = Array.ConvertAll(weights, scale => input * scale);
            long[] integers = [.. values.Select((value, i) => (long)Math.Round(value / (double)scales[i % scales.Length]))];
            Constant(bias.Name, TensorWriting.FromInt64s(DataType.Int32, bias.Dims, integers, bias.Name + "_q"), scales, 0);
        }

        return bias.Name + "_real";
    }

    // The factors of a layer norm: 8 bits for all of them, whatever the activations have.
    private string Gain(TensorProto gain)
    {
        if (_done.Add(gain.Name))
        {
            float[] values = TensorReading.Floats(gain);
            _gains[gain.Name] = values.Max() / 255;
            long[] integers = [.. values.Select(value => (long)Math.Round(value / _gains[gain.Name]))];
            Constant(gain.Name, TensorWriting.FromInt64s(DataType.UInt8, gain.Dims, integers, gain.Name + "_q"), [_gains[gain.Name]], 0);
        }

        return gain.Name + "_real";
    }

    // Other constants: one scale for all, with a zero point, as activations have.
    private string Plain(TensorProto constant)
    {
        if (_done.Add(constant.Name))
        {
            double[] values = TensorReading.Doubles(constant);
            Scale(constant.Name, Math.Min(0, values.Min()), Math.Max(0, values.Max()));
            Rounding(constant.Name, constant.Name, constant.Name);
        }

        return constant.Name + "_dq";
    }

    private void Constant(string name, TensorProto integers, float[] scales, int axis)
    {
        _model.Graph.Initializers.Add(integers);
        _model.Graph.Initializers.Add(TensorProto.Create<float>(name + "_scale", DataType.Float, scales.Length == 1 ? [] : [scales.Length], scales));
        var zero = TensorWriting.FromInt64s(integers.DataType, scales.Length == 1 ? [] : [scales.Length], new long[scales.Length], name + "_zero");
        _model.Graph.Initializers.Add(zero);
        _nodes.Add(new NodeProto
        {
            OpType = "DequantizeLinear",
            Domain = integers.DataType == DataType.Int16 ? "com.microsoft" : "",
            Name = name + "/dq",
            Inputs = { integers.Name, name + "_scale", name + "_zero" },
            Outputs = { name + "_real" },
            Attributes = scales.Length == 1 ? [] : [AttributeProto.From("axis", (long)axis)],
        });
    }
}
