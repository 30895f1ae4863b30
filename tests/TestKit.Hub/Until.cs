using System.Diagnostics;

namespace TestKit.Hub;

/// <summary>Waits for something that another process does.</summary>
internal static class Until
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(30);

    // What takes long is looked at less often: many who look take the processor from what they wait for.
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(200);

    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan patience, Func<string> otherwise)
    {
        long began = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(s_look);
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < patience, otherwise());
            await timer.WaitForNextTickAsync();
            timer.Period = TimeSpan.FromTicks(Math.Clamp(Stopwatch.GetElapsedTime(began).Ticks / 20, s_look.Ticks, s_longestPause.Ticks));
        }
    }
}
