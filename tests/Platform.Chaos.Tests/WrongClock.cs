using System.Globalization;
using TestKit;

namespace Platform.Chaos.Tests;

/// <summary>A wall clock that is wrong, for whole processes: Debian's libfaketime, which steps when its file changes. Timers stay right.</summary>
internal sealed class WrongClock : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _library;

    private WrongClock(string library)
    {
        _library = library;
        Set(TimeSpan.Zero);
    }

    /// <summary>What a process is started with.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["LD_PRELOAD"] = _library, ["FAKETIME_TIMESTAMP_FILE"] = _folder.File("offset"), ["FAKETIME_NO_CACHE"] = "1", ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
    };

    /// <summary>The same for an embedded hub.</summary>
    public IEnumerable<(string Name, string Value)> Settings => Environment.Select(pair => ("env:" + pair.Key, pair.Value));

    public static WrongClock Require()
    {
        string? library = Directory.Exists("/usr/lib") ? Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu").Select(folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1")).FirstOrDefault(File.Exists) : null;
        Assert.True(library is not null, "needs Debian's libfaketime");
        return new WrongClock(library!);
    }

    /// <summary>From now on the clock is wrong by so much.</summary>
    public void Set(TimeSpan offset)
    {
        // Renamed into place: a reader must never see half of it.
        string file = _folder.File("offset");
        File.WriteAllText(file + ".new", offset.TotalSeconds.ToString("+0;-0;+0", CultureInfo.InvariantCulture));
        File.Move(file + ".new", file, overwrite: true);
    }

    public void Dispose() => _folder.Dispose();
}
