using Onnx.Model;
using Onnx.Model.Analysis;
using Onnx.Tflite.Tests;
using TestKit.Oracles;
using Runtime = Platform.Contracts.Runner.V1.Runtime;

namespace Runner.QnnStep.Tests;

/// <summary>How close a product is to the float model, on the same seeded inputs: those of the calibration, so that nothing is clipped.</summary>
internal static class Numerics
{
    private static readonly Dictionary<string, string> s_plain = new() { ["graph_optimization_level"] = "disable_all" };

    /// <summary>Signal to noise of a compiled product on the emulation, in dB, against ONNX Runtime's CPU run of the float model.</summary>
    public static async Task<double> SnrAsync(string reference, string product, int seed = QdqCalibration.FirstSeed) => Snr(await RunAsync(Runtime.OnnxRuntime, reference, reference, seed), await RunAsync(Runtime.QnnHtp, product, reference, seed));

    /// <summary>Signal to noise of ONNX Runtime's CPU run of a quantized model against that of the float model.</summary>
    public static async Task<double> CpuSnrAsync(string reference, string quantized, int seed = QdqCalibration.FirstSeed) => Snr(await RunAsync(Runtime.OnnxRuntime, reference, reference, seed), await RunAsync(Runtime.OnnxRuntime, quantized, reference, seed));

    /// <summary>The first output.</summary>
    public static async Task<double[]> RunAsync(Runtime runtime, string model, string reference, int seed)
    {
        using var file = OnnxFile.Open(reference);
        var inputs = SeededInputs.Normal(file.Model.Graph, seed);
        var run = await Oracle.RunAsync(runtime, model, inputs, runtime == Runtime.OnnxRuntime ? s_plain : null);
        Assert.Null(run.Failure);
        return TensorReading.Doubles(run.Outputs[0]);
    }

    private static double Snr(double[] expected, double[] actual)
    {
        double signal = expected.Sum(x => x * x), noise = expected.Zip(actual, (x, y) => (x - y) * (x - y)).Sum();
        return noise == 0 ? double.PositiveInfinity : 10 * Math.Log10(signal / noise);
    }
}
