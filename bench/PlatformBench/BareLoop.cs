using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace PlatformBench;

/// <summary>ONNX Runtime called in a plain loop, in a process of its own: prints the median in microseconds.</summary>
internal static class BareLoop
{
    private const int WarmUp = 5;

    public static void Run(string model, int iterations)
    {
        using var session = new InferenceSession(model);
        string name = session.InputNames[0];
        long[] shape = [.. session.InputMetadata[name].Dimensions.Select(dim => (long)dim)];
        float[] values = new float[shape.Aggregate(1L, (product, dim) => product * dim)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = i % 100 / 100f;
        }

        using var input = OrtValue.CreateTensorValueFromMemory(values, shape);
        using var options = new RunOptions();
        using var binding = session.CreateIoBinding();
        binding.BindInput(name, input);
        binding.BindOutputToDevice(session.OutputNames[0], OrtMemoryInfo.DefaultInstance);
        double[] times = new double[iterations];
        for (int i = -WarmUp; i < iterations; i++)
        {
            long began = Stopwatch.GetTimestamp();
            session.RunWithBinding(options, binding);
            double time = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
            if (i >= 0)
            {
                times[i] = time;
            }
        }

        Console.WriteLine(Report.Quantile(times, 0.5));
    }
}
