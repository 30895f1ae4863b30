using Onnx.Model;
using Onnx.Model.Analysis;
using Onnx.Tflite.Schema;
using TestKit;
using TestKit.Oracles;
using Runtime = Platform.Contracts.Runner.V1.Runtime;

namespace Onnx.Tflite.Tests;

public sealed class QdqTests
{
    [Theory]
    [InlineData("mobilenet_v2", 17)]
    [InlineData("resnet18", 17)]
    [InlineData("squeezenet1_1", 17)]
    [InlineData("mobilenet_v3_small", 13)]
    [InlineData("mobilenet_v3_small", 17)]
    [InlineData("efficientnet_b0", 17)]
    public async Task Convert_QdqNetwork_IsIntegerAndWithinOneStep(string name, int opset)
    {
        RuntimeLibraries.RequireLiteRt();
        using var temporary = new TempFolder();
        using var file = OnnxFile.Open(await TorchvisionModels.GetAsync(name, opset));
        var insertion = new QdqInsertion(file.Model, await QdqCalibration.RangesAsync(file, 8));
        var model = insertion.Apply();
        string output = model.Graph.Outputs[0].Name, source = temporary.File("qdq.onnx"), path = temporary.File("qdq.tflite");
        OnnxFile.Save(model, source);

        var result = TfliteConverter.Convert(model, new ConvertOptions(), TestContext.Current.CancellationToken);
        Assert.Empty(result.Refusals);
        result.Product!.Save(path);
        var operators = result.Product.Main.Operators;
        string counts = string.Join(", ", operators.GroupBy(op => op.Code).OrderByDescending(group => group.Count()).Select(group => $"{OperatorNames.Of(group.Key)} {group.Count()}"));
        string[] real = [.. operators.Where(op => op.Code is not BuiltinOperator.Quantize and not BuiltinOperator.Dequantize and not BuiltinOperator.Transpose && op.Outputs.Exists(tensor => tensor.Type == TensorType.Float32)).Select(op => op.ToString())];
        var (within, worst) = await StepsAsync(model.Graph, source, path, insertion.ScaleOf(output));
        TestContext.Current.SendDiagnosticMessage($"{name} opset {opset}: {operators.Count} operators, {within:P2} of the outputs within one step, worst {worst:0.#} steps; {counts}");
        Assert.Empty(real);
        Assert.True(within >= 0.99, $"{within:P2} within one step, worst {worst} steps");
    }

    /// <summary>The share of output elements that are at most one step apart, and the largest distance in steps.</summary>
    private static async Task<(double Within, double Worst)> StepsAsync(GraphProto graph, string source, string product, float scale)
    {
        var distances = new List<double>();
        for (int seed = 1; seed <= 3; seed++)
        {
            var values = SeededInputs.Normal(graph, seed);
            var expected = await Oracle.RunAsync(Runtime.OnnxRuntime, source, values, new Dictionary<string, string> { ["graph_optimization_level"] = "disable_all" });
            var actual = await Oracle.RunAsync(Runtime.Litert, product, values);
            Assert.Null(expected.Failure);
            Assert.Null(actual.Failure);
            distances.AddRange(TensorReading.Doubles(expected.Outputs[0]).Zip(TensorReading.Doubles(actual.Outputs[0]), (a, b) => Math.Abs(a - b) / scale));
        }

        return (distances.Count(distance => distance <= 1.01) / (double)distances.Count, distances.Max());
    }
}
