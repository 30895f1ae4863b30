using System.Diagnostics;
using System.Globalization;
using Platform.Contracts.Runner.V1;
using Runner.Model.Runtimes;
using TestKit;
using TestKit.Oracles;

namespace TfliteLatency;

/// <summary>Times a model in a fresh process of one thread, bound to the same core as this one.</summary>
internal static class TimedChild
{
    private const int WarmUps = 2;
    private const int LeastRuns = 6;
    private const double Seconds = 1.2;

    /// <summary>Runs <see cref="RunHere"/> in a process of its own.</summary>
    /// <returns>The fastest run, in microseconds.</returns>
    public static async Task<double> FastestAsync(Platform.Contracts.Runner.V1.Runtime runtime, string model, string input)
    {
        var environment = new Dictionary<string, string> { ["HUB_LITERT_LIB"] = RuntimeLibraries.LiteRt! };
        var run = await ProcessRun.RunAsync(Environment.ProcessPath!, ["time", runtime.ToString(), model, input], environment);
        return run.ExitCode == 0 ? double.Parse(run.Output, CultureInfo.InvariantCulture) : throw new InvalidOperationException(run.Error);
    }

    /// <summary>What the child does: prints the fastest run.</summary>
    /// <param name="args">"time", runtime, model, file of the only input.</param>
    public static int RunHere(string[] args)
    {
        var request = new Request { Runtime = Enum.Parse<Platform.Contracts.Runner.V1.Runtime>(args[1]), Model = args[2], Settings = new Settings { Threads = 1 } };
        using var session = RuntimeAdapter.Open(request, []);
        var spec = session.Inputs[0];
        using var run = session.Prepare([new TensorValue(spec.Name, spec.Dtype, [.. spec.Shape], File.ReadAllBytes(args[3]))]);
        long began = Stopwatch.GetTimestamp();
        double fastest = double.PositiveInfinity;
        for (int i = 0; i < WarmUps + LeastRuns || Stopwatch.GetElapsedTime(began).TotalSeconds < Seconds; i++)
        {
            long before = Stopwatch.GetTimestamp();
            run.Invoke();
            double taken = Stopwatch.GetElapsedTime(before).TotalMicroseconds;
            fastest = i < WarmUps ? fastest : Math.Min(fastest, taken);
        }

        Console.WriteLine(fastest);
        return 0;
    }
}
