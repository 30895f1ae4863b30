using System.Globalization;
using Platform.Contracts.Runner.V1;

namespace Runner.Model.Measuring;

/// <summary>Memory of this process, phase by phase: the kernel's high-water mark is put back before each where it may be.</summary>
internal sealed class ProcessMemory
{
    private bool _isPhase;

    /// <summary>Begins a phase.</summary>
    public void Begin()
    {
        try
        {
            // "5" resets the peak resident size (proc(5), clear_refs).
            File.WriteAllText("/proc/self/clear_refs", "5");
            _isPhase = true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _isPhase = false;
        }
    }

    /// <summary>Ends the phase.</summary>
    public Memory End()
    {
        string[] status = File.ReadAllLines("/proc/self/status");
        return new Memory { Resident = Value(status, "VmRSS:"), Peak = Value(status, "VmHWM:"), PeakIsPhase = _isPhase };
    }

    private static double Value(string[] status, string name)
    {
        string? line = Array.Find(status, candidate => candidate.StartsWith(name, StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[name.Length..].Trim().Split(' ')[0], CultureInfo.InvariantCulture) * 1024;
    }
}
