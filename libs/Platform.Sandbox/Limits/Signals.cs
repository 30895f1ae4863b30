using System.Diagnostics;

namespace Platform.Sandbox.Limits;

/// <summary>Kills processes that may be gone already.</summary>
internal static class Signals
{
    public static void Kill(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            process.Kill();
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended by itself in the meantime, which is what was wanted.
            return;
        }
    }
}
