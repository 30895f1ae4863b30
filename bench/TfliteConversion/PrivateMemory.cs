using System.Globalization;

namespace TfliteConversion;

/// <summary>The most memory of this process that no file stands behind (RssAnon of proc(5)), looked at every few milliseconds.</summary>
internal sealed class PrivateMemory : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(5);

    private readonly Timer _timer;
    private long _most;

    public PrivateMemory() => _timer = new Timer(_ => Look(), null, TimeSpan.Zero, s_interval);

    /// <summary>Ends the watch and gives the bytes.</summary>
    public long Stop()
    {
        _timer.Change(Timeout.Infinite, Timeout.Infinite);
        Look();
        return Interlocked.Read(ref _most);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        string line = File.ReadLines("/proc/self/status").First(text => text.StartsWith("RssAnon:", StringComparison.Ordinal));
        long bytes = 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture);
        long before;
        while (bytes > (before = Interlocked.Read(ref _most)) && Interlocked.CompareExchange(ref _most, bytes, before) != before)
        {
            // Another look came between.
        }
    }
}
