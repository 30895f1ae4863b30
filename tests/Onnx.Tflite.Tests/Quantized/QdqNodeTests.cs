using Onnx.Model;
using Onnx.Model.Analysis;
using Onnx.Tflite.Schema;
using TestKit;
using TestKit.Oracles;
using Runtime = Platform.Contracts.Runner.V1.Runtime;

namespace Onnx.Tflite.Tests;

/// <summary>One operator between DequantizeLinear and QuantizeLinear, for every type of activations.</summary>
public sealed class QdqNodeTests
{
    private static readonly long[] s_shape = [1, 8, 12, 10];

    private static readonly Dictionary<string, NodeProto> s_nodes = new(StringComparer.Ordinal)
    {
        ["Add"] = Node("Add", ["x", "y"]),
        ["Sub"] = Node("Sub", ["x", "y"]),
        ["Mul"] = Node("Mul", ["x", "y"]),
        ["Concat"] = Node("Concat", ["x", "y"], AttributeProto.From("axis", 1L)),
        ["Max"] = Node("Max", ["x", "y"]),
        ["Conv"] = Node("Conv", ["x", "w"]),
        ["Conv with padding"] = Node("Conv", ["x", "w"], AttributeProto.From("pads", [1L, 1, 1, 1])),
        ["Conv by channel"] = Node("Conv", ["x", "d"], AttributeProto.From("group", 8L)),
        ["MaxPool"] = Node("MaxPool", ["x"], AttributeProto.From("kernel_shape", [3L, 3]), AttributeProto.From("pads", [1L, 1, 1, 1])),
        ["AveragePool"] = Node("AveragePool", ["x"], AttributeProto.From("kernel_shape", [2L, 2]), AttributeProto.From("strides", [2L, 2])),
        ["GlobalAveragePool"] = Node("GlobalAveragePool", ["x"]),
        ["Sigmoid"] = Node("Sigmoid", ["x"]),
        ["Tanh"] = Node("Tanh", ["x"]),
        ["Softmax"] = Node("Softmax", ["x"], AttributeProto.From("axis", 1L)),
        ["Relu"] = Node("Relu", ["x"]),
        ["LeakyRelu"] = Node("LeakyRelu", ["x"], AttributeProto.From("alpha", 0.1f)),
        ["HardSwish"] = Node("HardSwish", ["x"]),
        ["HardSigmoid"] = Node("HardSigmoid", ["x"], AttributeProto.From("alpha", 1f / 6)),
        ["Transpose"] = Node("Transpose", ["x"], AttributeProto.From("perm", [0L, 2, 3, 1])),
        ["Flatten"] = Node("Flatten", ["x"]),
        ["MatMul"] = Node("MatMul", ["x", "m"]),
    };

    public static TheoryData<string, DataType> Cases => new(
        from name in s_nodes.Keys
        from type in new[] { DataType.Int8, DataType.UInt8, DataType.Int16 }
        select new TheoryDataRow<string, DataType>(name, type));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Convert_QdqNode_IsIntegerAndWithinOneStep(string name, DataType type)
    {
        RuntimeLibraries.RequireLiteRt();
        using var temporary = new TempFolder();
        string source = temporary.File("qdq.onnx"), path = temporary.File("qdq.tflite");
        OnnxFile.Save(Model(s_nodes[name], type), source);
        using var file = OnnxFile.Open(source);
        var inputs = SeededInputs.Normal(file.Model.Graph, 7);
        float scale = await ScaleAsync(file, source, type, inputs);

        var result = TfliteConverter.Convert(file.Model, new ConvertOptions(), TestContext.Current.CancellationToken);
        Assert.Empty(result.Refusals);
        result.Product!.Save(path);
        var expected = await Oracle.RunAsync(Runtime.OnnxRuntime, source, inputs, new Dictionary<string, string> { ["graph_optimization_level"] = "disable_all" });
        var actual = await Oracle.RunAsync(Runtime.Litert, path, inputs);
        Assert.Null(expected.Failure);
        Assert.Null(actual.Failure);
        double[] steps = [.. TensorReading.Doubles(expected.Outputs[0]).Zip(TensorReading.Doubles(actual.Outputs[0]), (a, b) => Math.Abs(a - b) / scale)];
        TestContext.Current.SendDiagnosticMessage($"{name} {type}: {steps.Count(step => step < 0.01) / (double)steps.Length:P2} equal, worst {steps.Max():0.##}; {string.Join(", ", result.Product.Main.Operators.Select(op => OperatorNames.Of(op.Code)))}");
        // No 16-bit kernel, or one that is off by more than a step.
        bool staysReal = type == DataType.Int16 && name is "HardSwish" or "AveragePool" or "Tanh" or "Softmax";
        Assert.DoesNotContain(staysReal ? [] : result.Product.Main.Operators, op => op.Code is not BuiltinOperator.Quantize and not BuiltinOperator.Dequantize and not BuiltinOperator.Transpose && op.Outputs.Exists(tensor => tensor.Type == TensorType.Float32));
        Assert.True(steps.Count(step => step <= 1.01) >= 0.99 * steps.Length, $"worst {steps.Max()} steps");
    }

    private static NodeProto Node(string type, List<string> inputs, params AttributeProto[] attributes) => new() { OpType = type, Name = type, Inputs = inputs, Outputs = { "z" }, Attributes = [.. attributes] };

    // The step of the result is set so that its real range fills the integers.
    private static async Task<float> ScaleAsync(OnnxFile file, string source, DataType type, List<TensorProto> inputs)
    {
        var run = await Oracle.RunAsync(Runtime.OnnxRuntime, source, inputs, extraOutputs: ["z"]);
        Assert.Null(run.Failure);
        double[] values = TensorReading.Doubles(run.Outputs[^1]);
        double low = Math.Min(values.Min(), 0), high = Math.Max(values.Max(), 0);
        bool symmetric = type == DataType.Int16;
        float scale = (float)(symmetric ? Math.Max(-low, high) / 32767 : (high - low) / 255);
        long zero = symmetric ? 0 : (long)Math.Round((type == DataType.Int8 ? -128 : 0) - (low / scale));
        Replace(file.Model.Graph, TensorProto.Create<float>("zs", DataType.Float, [], [scale]));
        Replace(file.Model.Graph, TensorWriting.FromInt64s(type, [], [zero], "zz"));
        OnnxFile.Save(file.Model, source);
        return scale;
    }

    private static void Replace(GraphProto graph, TensorProto tensor) => graph.Initializers[graph.Initializers.FindIndex(other => other.Name == tensor.Name)] = tensor;

    private static ModelProto Model(NodeProto node, DataType type)
    {
        bool symmetric = type == DataType.Int16;
        long zero = symmetric ? 0 : type == DataType.Int8 ? -7 : 121;
        float scale = symmetric ? 4f / 32767 : 6f / 255;
        var graph = new GraphProto { Name = "g", Outputs = { new ValueInfoProto { Name = "out", Type = new TypeProto.Tensor(DataType.Float, null) } } };
        foreach (string input in node.Inputs)
        {
            if (input is "x" or "y")
            {
                graph.Inputs.Add(ValueInfoProto.Tensor(input + "_in", DataType.Float, [.. s_shape.Select(dim => (Dimension)dim)]));
                Quantize(graph, input + "_in", input, type, scale, zero);
            }
            else
            {
                Weights(graph, input);
            }
        }

        graph.Nodes.Add(new NodeProto { OpType = node.OpType, Name = node.Name, Inputs = node.Inputs, Outputs = { "z" }, Attributes = node.Attributes });
        Quantize(graph, "z", "out", type, 1, 0, "z");
        return new ModelProto { Graph = graph, OpsetImports = { new OperatorSetId("", 21) } };
    }

    private static void Quantize(GraphProto graph, string from, string to, DataType type, float scale, long zero, string? stem = null)
    {
        string prefix = stem ?? to;
        graph.Initializers.Add(TensorProto.Create<float>(prefix + "s", DataType.Float, [], [scale]));
        graph.Initializers.Add(TensorWriting.FromInt64s(type, [], [zero], prefix + "z"));
        graph.Nodes.Add(new NodeProto { OpType = "QuantizeLinear", Inputs = { from, prefix + "s", prefix + "z" }, Outputs = { prefix + "q" } });
        graph.Nodes.Add(new NodeProto { OpType = "DequantizeLinear", Inputs = { prefix + "q", prefix + "s", prefix + "z" }, Outputs = { to } });
    }

    private static void Weights(GraphProto graph, string name)
    {
        long[] dims = name switch { "w" => [6, 8, 3, 3], "d" => [8, 1, 3, 3], _ => [10, 7] };
        int axis = name == "m" ? 1 : 0;
        var random = new Random(3);
        long[] values = [.. Enumerable.Range(0, (int)dims.Aggregate(1L, (product, dim) => product * dim)).Select(_ => (long)random.Next(-127, 128))];
        float[] scales = [.. Enumerable.Range(1, (int)dims[axis]).Select(i => i / 1000f)];
        graph.Initializers.Add(TensorWriting.FromInt64s(DataType.Int8, dims, values, name + "q"));
        graph.Initializers.Add(TensorProto.Create<float>(name + "s", DataType.Float, [scales.Length], scales));
        graph.Nodes.Add(new NodeProto { OpType = "DequantizeLinear", Inputs = { name + "q", name + "s" }, Outputs = { name }, Attributes = { AttributeProto.From("axis", (long)axis) } });
    }
}
