using Onnx.Model;
using Onnx.Model.Analysis;
using TestKit.Oracles;
using Runtime = Platform.Contracts.Runner.V1.Runtime;

namespace Onnx.Tflite.Tests;

/// <summary>What every insertion of quantizers into a float model begins with.</summary>
internal static class QdqCalibration
{
    /// <summary>The seed of the first input.</summary>
    public const int FirstSeed = 100;

    /// <summary>The largest and smallest value of every activation over seeded inputs; zero lies between them.</summary>
    public static async Task<IReadOnlyDictionary<string, (double Min, double Max)>> RangesAsync(OnnxFile file, int inputs)
    {
        var graph = file.Model.Graph;
        string[] values = [.. graph.Nodes.Where(node => node.OpType is not "Constant" and not "Shape").SelectMany(node => node.Outputs)];
        var ranges = new Dictionary<string, (double Min, double Max)>(StringComparer.Ordinal);
        for (int seed = FirstSeed; seed < FirstSeed + inputs; seed++)
        {
            var given = SeededInputs.Normal(graph, seed);
            var run = await Oracle.RunAsync(Runtime.OnnxRuntime, file.Path, given, extraOutputs: values);
            Assert.Null(run.Failure);
            foreach (var tensor in run.Outputs.Concat(given).Where(tensor => tensor.DataType == DataType.Float))
            {
                double[] numbers = TensorReading.Doubles(tensor);
                var known = ranges.GetValueOrDefault(tensor.Name);
                ranges[tensor.Name] = (Math.Min(known.Min, numbers.Min()), Math.Max(known.Max, numbers.Max()));
            }
        }

        return ranges;
    }

    /// <summary>A graph's constants by name. The exporter shares equal parameters through Identity nodes, which are taken out.</summary>
    public static Dictionary<string, TensorProto> TakeConstants(GraphProto graph)
    {
        var constants = graph.Initializers.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        foreach (var alias in graph.Nodes.Where(node => node.OpType == "Identity" && constants.ContainsKey(node.Input(0))).ToList())
        {
            var shared = constants[alias.Input(0)];
            constants[alias.Output(0)] = new TensorProto { Name = alias.Output(0), DataType = shared.DataType, Dims = shared.Dims, Data = shared.Data };
            graph.Nodes.Remove(alias);
        }

        return constants;
    }
}
