using Onnx.Model.Analysis;
using TestKit;

namespace Onnx.Model.Tests;

/// <summary>The ONNX backend tests as judge: what is inferred and folded must be what their expected outputs are.</summary>
public sealed class AnalysisBackendTests
{
    // Strings, sequences, optionals and training have no rules; their nodes must be reported, never guessed.
    private const int KnownToBeWithoutRule = 66;

    private const int KnownToFold = 600;

    [Fact]
    public void Analyze_EveryBackendTest_GivesTypesAndShapesOfTheExpectedOutputs()
    {
        var judged = Judge(inputsAreConstant: false);
        Assert.True(judged.Failed.Count <= KnownToBeWithoutRule, string.Join('\n', judged.Failed));
        Assert.Equal(0, judged.Open);
    }

    [Fact]
    public void Analyze_BackendTestsWithConstantInputs_FoldsToTheExpectedOutputs()
    {
        var judged = Judge(inputsAreConstant: true);
        Assert.True(judged.Folded >= KnownToFold, $"{judged.Folded} outputs folded");
    }

    private static Verdict Judge(bool inputsAreConstant)
    {
        OnnxTestData.Require();
        var verdict = new Verdict();
        foreach (string name in OnnxTestData.Cases.Where(name => !name.StartsWith("real/", StringComparison.Ordinal)))
        {
            string folder = Path.Combine(OnnxTestData.Root, name);
            using var file = OnnxFile.Open(Path.Combine(folder, "model.onnx"));
            Prepare(file.Model.Graph, inputsAreConstant ? Path.Combine(folder, "test_data_set_0") : null);
            var analyzed = ModelAnalysis.Analyze(file.Model);
            if (analyzed.Problems.Count > 0)
            {
                verdict.Failed.Add($"{name}: {analyzed.Problems[0]}");
                continue;
            }

            for (int i = 0; i < file.Model.Graph.Outputs.Count; i++)
            {
                string data = Path.Combine(folder, "test_data_set_0", $"output_{i}.pb");
                var output = file.Model.Graph.Outputs[i];
                if (output.Type is TypeProto.Tensor && File.Exists(data) && analyzed.Main.Find(output.Name) is { } fact)
                {
                    verdict.Add($"{name}/{output.Name}", fact, ModelReader.ReadTensor(File.ReadAllBytes(data)));
                }
            }
        }

        TestContext.Current.SendDiagnosticMessage($"{verdict.Failed.Count} models with nodes without a rule, {verdict.Open} outputs of open rank, {verdict.Folded} folded");
        Assert.True(verdict.Wrong.Count == 0, string.Join('\n', verdict.Wrong));
        return verdict;
    }

    private static void Prepare(GraphProto graph, string? constants)
    {
        foreach (var output in graph.Outputs)
        {
            // Without the declared shapes, so that only the rules speak.
            output.Type = output.Type is TypeProto.Tensor tensor ? new TypeProto.Tensor(tensor.ElementType, null) : output.Type;
        }

        for (int i = 0; constants is not null && i < graph.Inputs.Count; i++)
        {
            string data = Path.Combine(constants, $"input_{i}.pb");
            if (graph.Inputs[i].Type is TypeProto.Tensor type && File.Exists(data) && !graph.Initializers.Exists(tensor => tensor.Name == graph.Inputs[i].Name))
            {
                var tensor = ModelReader.ReadTensor(File.ReadAllBytes(data));
                tensor.Name = graph.Inputs[i].Name;
                tensor.DataType = type.ElementType;
                graph.Initializers.Add(tensor);
            }
        }
    }

    private sealed class Verdict
    {
        public List<string> Wrong { get; } = [];

        public List<string> Failed { get; } = [];

        public int Open { get; private set; }

        public int Folded { get; private set; }

        public void Add(string name, ValueFact fact, TensorProto expected)
        {
            // The expected outputs of bfloat16 tests are stored as uint16.
            if (fact.Type != expected.DataType && fact.Type != DataType.BFloat16)
            {
                Wrong.Add($"{name}: inferred {fact.Type}, expected {expected.DataType}");
            }
            else if (fact.Shape is null)
            {
                Open++;
            }
            else if (!Fits(fact.Shape, expected.Dims))
            {
                Wrong.Add($"{name}: inferred [{string.Join(',', fact.Shape)}], expected [{string.Join(',', expected.Dims)}]");
            }
            else if (fact.Constant is { } constant && constant.DataType is not (DataType.String or DataType.BFloat16))
            {
                Folded++;
                if (!TensorReading.Doubles(constant).Zip(TensorReading.Doubles(expected)).All(pair => IsClose(pair.First, pair.Second)))
                {
                    Wrong.Add($"{name}: folded to other values than expected");
                }
            }
        }

        // The expected windows were made with 3.1415 for pi.
        private static bool IsClose(double a, double b) => a.Equals(b) || Math.Abs(a - b) <= 1e-4 + (1e-4 * Math.Abs(b));

        private static bool Fits(SymInt[] inferred, long[] expected) =>
            inferred.Length == expected.Length && inferred.Zip(expected).All(pair => !pair.First.IsKnown || pair.First.Value == pair.Second);
    }
}
