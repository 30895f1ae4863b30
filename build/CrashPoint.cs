namespace Platform.Crashing;

/// <summary>
/// Places where a process can be made to end as by kill -9, each compiled in only where <c>CRASH_POINTS</c> is defined and asleep until
/// the file that <c>HUB_CRASH_POINT</c> names holds its name. The file goes first: the process that is started again passes.
/// What ships has neither this class nor a call of it.
/// </summary>
internal static class CrashPoint
{
    private static readonly string? s_file = Environment.GetEnvironmentVariable("HUB_CRASH_POINT");

    public static void Reached(string point)
    {
        if (Says(point))
        {
            File.Delete(s_file!);
            using var self = System.Diagnostics.Process.GetCurrentProcess();
            self.Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }

    /// <summary>Stands still there for as long as the file says "hold" and the name.</summary>
    public static async Task HeldAsync(string point)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (Says("hold " + point))
        {
            await look.WaitForNextTickAsync();
        }
    }

    private static bool Says(string text)
    {
        try
        {
            return s_file is not null && File.Exists(s_file) && File.ReadAllText(s_file).Trim() == text;
        }
        catch (IOException)
        {
            // It goes at this moment.
            return false;
        }
    }
}
