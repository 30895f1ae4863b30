using Onnx.Model;
using Onnx.Model.Analysis;
using Onnx.Tflite.Ir;
using Onnx.Tflite.Schema;
using TestKit;
using TestKit.Oracles;
using Runtime = Platform.Contracts.Runner.V1.Runtime;

namespace Onnx.Tflite.Tests;

public sealed class TorchvisionTests
{
    private const double Limit = 1e-5;

    public static TheoryData<string, int> Networks => new(
        from name in TorchvisionModels.OperatorLimits.Keys
        from opset in new[] { 13, 17 }
        select new TheoryDataRow<string, int>(name, opset));

    [Theory]
    [MemberData(nameof(Networks))]
    public async Task Convert_Network_MatchesOnnxRuntimeWithFewOperators(string name, int opset)
    {
        RuntimeLibraries.RequireLiteRt();
        using var temporary = new TempFolder();
        using var file = OnnxFile.Open(await TorchvisionModels.GetAsync(name, opset));
        var product = Convert(file.Model);
        string path = temporary.File("model.tflite");
        product.Save(path);

        var operators = product.Main.Operators;
        string counts = string.Join(", ", operators.GroupBy(op => op.Code).OrderByDescending(group => group.Count()).Select(group => $"{OperatorNames.Of(group.Key)} {group.Count()}"));
        var (boundary, inner) = Transposes(product.Main);
        int counted = operators.Count - boundary.Count;
        double error = await WorstErrorAsync(file, path, 3);
        TestContext.Current.SendDiagnosticMessage($"{name} opset {opset}: {counted} operators of {TorchvisionModels.OperatorLimits[name]}, {boundary.Count} boundary and {inner.Count} inner transposes, error {error:E1} of the range; {counts}");
        Assert.True(error <= (name == "fcn_resnet50" ? 3e-5 : Limit), $"error {error}");
        Assert.Equal(InnerTransposes(name, file.Model), inner.Count);
        Assert.True(counted <= TorchvisionModels.OperatorLimits[name], $"{counted} operators: {counts}");
    }

    [Theory]
    [InlineData("mobilenet_v2")]
    [InlineData("resnet18")]
    [InlineData("squeezenet1_1")]
    [InlineData("shufflenet_v2_x1_0")]
    [InlineData("convnext_tiny")]
    public async Task Convert_ForRuntime29_RunsOnTensorFlowLite29(string name)
    {
        RuntimeLibraries.RequireTflite();
        using var temporary = new TempFolder();
        using var file = OnnxFile.Open(await TorchvisionModels.GetAsync(name, 17));
        string path = temporary.File("model.tflite");
        Convert(file.Model, new ConvertOptions { MinRuntime = new RuntimeVersionNumber(2, 9) }).Save(path);
        double error = await WorstErrorAsync(file, path, 1, Runtime.Tflite);
        Assert.True(error <= Limit, $"error {error}");
    }

    [Theory]
    [InlineData("ssdlite320_backbone", 13)]
    [InlineData("ssdlite320_backbone", 17)]
    [InlineData("lstm_stacked", 13)]
    [InlineData("lstm_stacked", 17)]
    [InlineData("lstm_bidirectional", 13)]
    [InlineData("lstm_bidirectional", 17)]
    [InlineData("lstm_streaming", 13)]
    [InlineData("lstm_streaming", 17)]
    [InlineData("gru_stacked", 13)]
    [InlineData("gru_stacked", 17)]
    [InlineData("gru_bidirectional", 13)]
    [InlineData("gru_bidirectional", 17)]
    public async Task Convert_DetectorHeadOrRecurrentModule_MatchesOnnxRuntime(string name, int opset)
    {
        RuntimeLibraries.RequireLiteRt();
        using var temporary = new TempFolder();
        using var file = OnnxFile.Open(await TorchvisionModels.GetAsync(name, opset));
        string path = temporary.File("model.tflite");
        Convert(file.Model).Save(path);
        double error = await WorstErrorAsync(file, path, 3);
        Assert.True(error <= Limit, $"error {error}");
    }

    [Theory]
    [InlineData(13)]
    [InlineData(17)]
    public async Task Convert_DetectorWithPostProcessing_IsRefusedWithCodesForEachNode(int opset)
    {
        using var file = OnnxFile.Open(await TorchvisionModels.GetAsync("ssdlite320", opset));
        var result = TfliteConverter.Convert(file.Model, new ConvertOptions(), TestContext.Current.CancellationToken);
        Assert.Null(result.Product);
        TestContext.Current.SendDiagnosticMessage($"ssdlite320 opset {opset}: {string.Join(", ", result.Refusals.GroupBy(refusal => $"{refusal.Code} {refusal.OpType}").Select(group => $"{group.Key} {group.Count()}"))}");
        Assert.All(result.Refusals, refusal =>
        {
            Assert.Contains(refusal.Code, ReasonCode.All);
            Assert.NotEqual("", refusal.Node);
            Assert.NotEqual("", refusal.Advice);
        });
    }

    // Convolutional networks keep none but those of rank 5 that they hold themselves (channel shuffle); attention transposes by nature.
    private static int InnerTransposes(string name, ModelProto model) => name switch
    {
        "vit_b_16" => 48,
        "swin_t" => 58,
        _ => model.Graph.Nodes.Count(node => node.OpType == "Transpose" && node.Ints("perm") is { Length: 5 }),
    };

    private static TfliteModel Convert(ModelProto model, ConvertOptions? options = null)
    {
        var result = TfliteConverter.Convert(model, options ?? new ConvertOptions());
        return result.Product ?? throw new InvalidOperationException(string.Join('\n', result.Refusals));
    }

    private static (List<Operator> Boundary, List<Operator> Inner) Transposes(Subgraph graph)
    {
        var all = graph.Operators.Where(op => op.Code == BuiltinOperator.Transpose).ToList();
        var boundary = all.Where(op => op.Output.Rank == 4 && (op.Input(0).Producer is null || op.Output.OutputUses > 0)).ToList();
        return (boundary, [.. all.Except(boundary)]);
    }

    /// <summary>The largest difference between LiteRT on the product and ONNX Runtime on the source, as a share of the output's range.</summary>
    private static async Task<double> WorstErrorAsync(OnnxFile file, string product, int inputs, Runtime runtime = Runtime.Litert)
    {
        double worst = 0;
        for (int seed = 1; seed <= inputs; seed++)
        {
            var values = SeededInputs.Normal(file.Model.Graph, seed);
            var expected = await Oracle.RunAsync(Runtime.OnnxRuntime, file.Path, values);
            var actual = await Oracle.RunAsync(runtime, product, values);
            Assert.Null(expected.Failure);
            Assert.Null(actual.Failure);
            foreach (var (a, b) in expected.Outputs.Zip(actual.Outputs))
            {
                Assert.Equal(a.Name, b.Name);
                Assert.Equal(a.Dims, b.Dims);
                double[] x = TensorReading.Doubles(a), y = TensorReading.Doubles(b);
                worst = Math.Max(worst, x.Zip(y, (p, q) => Math.Abs(p - q)).Max() / (x.Max() - x.Min()));
            }
        }

        return worst;
    }
}
