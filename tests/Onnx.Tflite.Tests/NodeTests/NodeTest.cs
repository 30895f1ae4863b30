using Onnx.Model;
using TestKit;
using TestKit.Oracles;

namespace Onnx.Tflite.Tests;

/// <summary>One folder of the ONNX backend tests: a model with inputs and expected outputs.</summary>
internal sealed class NodeTest(string name)
{
    public string Name => name;

    /// <summary>The model's operators, the most telling first.</summary>
    public string Operator { get; private set; } = "";

    /// <summary>Converts and runs.</summary>
    /// <param name="bakeParameters">Makes parameter-like inputs (integers, scales, regions) constants, as exporters write them.</param>
    public async Task<NodeTestResult> RunAsync(bool bakeParameters)
    {
        string folder = Path.Combine(OnnxTestData.Root, name);
        using var file = OnnxFile.Open(Path.Combine(folder, "model.onnx"));
        Operator = Name.Contains("_expanded", StringComparison.Ordinal) ? "(expanded functions)" : string.Join('+', file.Model.Graph.Nodes.Select(node => node.OpType).Distinct().Order(StringComparer.Ordinal).Take(3));
        var inputs = Tensors(folder, "input", file.Model.Graph.Inputs.Where(input => !file.Model.Graph.Initializers.Exists(tensor => tensor.Name == input.Name)).ToList());
        var expected = Tensors(folder, "output", file.Model.Graph.Outputs);
        if (bakeParameters)
        {
            inputs = ParameterBaking.Bake(file.Model.Graph, inputs);
        }

        var result = TfliteConverter.Convert(file.Model, new ConvertOptions());
        if (result.Product is null)
        {
            return new NodeTestResult(this, NodeTestOutcome.Refused, string.Join("; ", result.Refusals.Select(refusal => $"{refusal.Code} [{refusal.Node}] {refusal.Message}")));
        }

        using var temporary = new TempFolder();
        string product = temporary.File("model.tflite");
        result.Product.Save(product);
        var outcome = await Oracle.RunAsync(Platform.Contracts.Runner.V1.Runtime.Litert, product, inputs);
        if (outcome.Failure is not null)
        {
            return new NodeTestResult(this, NodeTestOutcome.DoesNotRun, outcome.Failure.ReplaceLineEndings(" "));
        }

        string? difference = Comparison.FirstDifference(expected, outcome.Outputs);
        return new NodeTestResult(this, difference is null ? NodeTestOutcome.Passed : NodeTestOutcome.Wrong, difference ?? "");
    }

    private static List<TensorProto> Tensors(string folder, string stem, List<ValueInfoProto> values)
    {
        var tensors = new List<TensorProto>();
        for (int i = 0; i < values.Count; i++)
        {
            var tensor = ModelReader.ReadTensor(File.ReadAllBytes(Path.Combine(folder, "test_data_set_0", $"{stem}_{i}.pb")));
            tensor.Name = values[i].Name;
            if (values[i].Type is TypeProto.Tensor type)
            {
                // Tests of bfloat16 store their values as uint16.
                tensor.DataType = type.ElementType;
                tensor = Declared(tensor, type);
            }

            tensors.Add(tensor);
        }

        return tensors;
    }

    // The second input of some CastLike tests is one number where the model declares a matrix; only its type is read.
    private static TensorProto Declared(TensorProto tensor, TypeProto.Tensor type)
    {
        if (tensor.ElementCount != 1 || type.Shape is not { } shape || Array.Exists(shape, dim => dim.Value is null) || shape.Length == tensor.Dims.Length && shape.Select(dim => dim.Value!.Value).SequenceEqual(tensor.Dims))
        {
            return tensor;
        }

        long[] dims = [.. shape.Select(dim => dim.Value!.Value)];
        return new TensorProto { Name = tensor.Name, DataType = tensor.DataType, Dims = dims, Data = TensorData.From(new byte[tensor.DataType.ByteSize(dims.Aggregate(1L, (product, dim) => product * dim))]) };
    }
}

internal enum NodeTestOutcome
{
    Passed,
    Refused,
    Wrong,
    DoesNotRun,
    Crashed,
}

internal sealed record NodeTestResult(NodeTest Test, NodeTestOutcome Outcome, string Detail);
