using System.Diagnostics;

namespace TestKit.Hub;

/// <summary>Waits for something that another process does.</summary>
internal static class Until
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(30);

    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan patience, Func<string> otherwise)
    {
        long began = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(s_look);
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < patience, otherwise());
            await timer.WaitForNextTickAsync();
        }
    }
}
