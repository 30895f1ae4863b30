using System.Diagnostics;
using Platform.Contracts.Runner.V1;
using Runner.Model.Measuring;
using Runner.Model.Runtimes;

namespace Runner.Model.Stages;

/// <summary>Loads a model in this fresh process and runs it once, phase by phase.</summary>
internal static class LoadStage
{
    private const int BufferLength = 1 << 20;

    public static Loaded Run(Request request)
    {
        var phases = new List<Phase>();

        // From the start of the process to here: the runner itself, which the model does not pay for.
        phases.Add(new Phase { Name = "start", Microseconds = SinceProcessStart(), Memory = new ProcessMemory().End() });
        Measure(phases, "read", () => ReadThrough(request.Model));
        ModelSession? session = null;
        Measure(phases, "prepare", () => session = RuntimeAdapter.Open(request, []));
        using var opened = session!;
        var inputs = InputFiles.Match(opened.Inputs, request.Load.Inputs).Select(file => file.Sample(0)).ToList();
        using var run = opened.Prepare(inputs);
        Measure(phases, "first_run", run.Invoke);
        return new Loaded { Phases = { phases }, RuntimeVersion = opened.RuntimeVersion };
    }

    private static void Measure(List<Phase> phases, string name, Action work)
    {
        var memory = new ProcessMemory();
        memory.Begin();
        long began = Stopwatch.GetTimestamp();
        work();
        phases.Add(new Phase { Name = name, Microseconds = Stopwatch.GetElapsedTime(began).TotalMicroseconds, Memory = memory.End() });
    }

    private static void ReadThrough(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferLength);
        byte[] buffer = new byte[BufferLength];
        while (stream.Read(buffer) > 0)
        {
            // The bytes are wanted in the page cache, not here.
        }
    }

    private static double SinceProcessStart()
    {
        using var process = Process.GetCurrentProcess();
        return (TimeProvider.System.GetUtcNow() - process.StartTime.ToUniversalTime()).TotalMicroseconds;
    }
}
