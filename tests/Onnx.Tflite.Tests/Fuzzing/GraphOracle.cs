using System.Collections.Concurrent;
using Onnx.Model;
using Onnx.Model.Analysis;
using TestKit;
using TestKit.Oracles;
using Runtime = Platform.Contracts.Runner.V1.Runtime;

namespace Onnx.Tflite.Tests;

/// <summary>Judges a conversion: LiteRT on the product against ONNX Runtime on the source.</summary>
internal static class GraphOracle
{
    private const double Tolerance = 2e-3;

    /// <summary>What is wrong with the product; null when nothing is, or when the model is refused.</summary>
    /// <param name="model">The source.</param>
    /// <param name="options">How to convert.</param>
    /// <param name="codes">Counts conversions and refusals.</param>
    public static async Task<string?> DifferenceAsync(ModelProto model, ConvertOptions options, ConcurrentDictionary<string, int> codes)
    {
        using var folder = new TempFolder();
        string source = folder.File("m.onnx"), product = folder.File("m.tflite");
        OnnxFile.Save(model, source);
        var inputs = SeededInputs.Normal(model.Graph, 1);
        var expected = await Oracle.RunAsync(Runtime.OnnxRuntime, source, inputs, new Dictionary<string, string> { ["graph_optimization_level"] = "disable_all" });
        if (expected.Failure is not null)
        {
            return $"the generator made a graph that ONNX Runtime refuses: {expected.Failure}";
        }

        var result = TfliteConverter.Convert(model, options);
        if (result.Product is null)
        {
            codes.AddOrUpdate($"{result.Refusals[0].Code} {result.Refusals[0].OpType}", 1, (_, count) => count + 1);
            return null;
        }

        codes.AddOrUpdate("converted", 1, (_, count) => count + 1);
        result.Product.Save(product);
        var actual = await Oracle.RunAsync(Runtime.Litert, product, inputs);
        return actual.Failure ?? expected.Outputs.Zip(actual.Outputs, Difference).FirstOrDefault(difference => difference is not null);
    }

    private static string? Difference(TensorProto expected, TensorProto actual)
    {
        if (expected.Name != actual.Name || !expected.Dims.AsSpan().SequenceEqual(actual.Dims))
        {
            return $"{actual.Name}[{string.Join(',', actual.Dims)}] instead of {expected.Name}[{string.Join(',', expected.Dims)}]";
        }

        double[] a = TensorReading.Doubles(expected), b = TensorReading.Doubles(actual);
        double scale = a.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        for (int i = 0; i < a.Length; i++)
        {
            // Overflow is where rounding decides.
            if (double.IsFinite(a[i]) && scale < 1e6 && !(Math.Abs(a[i] - b[i]) <= Tolerance * Math.Max(scale, 1e-2)))
            {
                return $"{expected.Name}[{i}] is {b[i]} instead of {a[i]}";
            }
        }

        return null;
    }
}
