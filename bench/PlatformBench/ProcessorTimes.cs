using System.ComponentModel;
using System.Diagnostics;

namespace PlatformBench;

/// <summary>Processor time of every program on this machine, summed over its processes: where the time of a job goes when processes share its cores.</summary>
internal sealed class ProcessorTimes
{
    private const double Least = 0.05;

    private readonly Dictionary<string, double> _milliseconds = Read();

    /// <summary>Prints what each program has used since then, for each of so many jobs.</summary>
    public void Print(int jobs)
    {
        var used = Read().Select(program => (program.Key, Each: (program.Value - _milliseconds.GetValueOrDefault(program.Key)) / jobs)).Where(program => program.Each >= Least).OrderByDescending(program => program.Each).ToList();
        Console.WriteLine($"     processor time of a job: {used.Sum(program => program.Each):0.0} ms ({string.Join(", ", used.Select(program => $"{program.Key} {program.Each:0.0}"))})");
    }

    private static Dictionary<string, double> Read()
    {
        var times = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                // Some say what they are at behind their name.
                string name = process.ProcessName.Split(':', '/')[0];
                times[name] = times.GetValueOrDefault(name) + Of(process);
            }
        }

        return times;
    }

    private static double Of(Process process)
    {
        try
        {
            return process.TotalProcessorTime.TotalMilliseconds;
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception)
        {
            // It has ended since it was listed.
            return 0;
        }
    }
}
