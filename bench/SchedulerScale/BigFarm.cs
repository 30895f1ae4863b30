using Platform.Contracts.Hub.V1;
using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Scheduling;

namespace SchedulerScale;

/// <summary>
/// A farm of phones and boards: some 2,000 kinds when it has 10,000 devices, 200 organizations with backlogs of very
/// different lengths, 500 ways to ask for a device, 10,000 models.
/// </summary>
internal sealed class BigFarm(int seed)
{
    private const int Organizations = 200;
    private const int Selectors = 500;
    private const int Models = 10_000;
    private const int ModelsOfAHost = 20;

    private readonly Random _random = new(seed);
    private readonly DeviceSelector[] _selectors = [.. Enumerable.Range(0, Selectors).Select(Selector)];
    private int _runs;

    public static DateTimeOffset Start { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public StoredDevice[] Devices(int count) => [.. Enumerable.Range(0, count).Select(Device)];

    /// <summary>The next run; organization 0 has the longest backlog.</summary>
    public RunOrder NextRun(DateTimeOffset at)
    {
        int organization = (int)(Organizations * Math.Pow(_random.NextDouble(), 3));
        return new RunOrder($"j{_runs++:x8}-1", $"o{organization:d8}", _selectors[_random.Next(Selectors)], _random.Next(5) - 2, at, (ulong)_random.Next(1, Models));
    }

    public IReadOnlySet<ulong>[] StagedModels(int hosts) =>
        [.. Enumerable.Range(0, hosts).Select(_ => Enumerable.Range(0, ModelsOfAHost).Select(_ => (ulong)_random.Next(1, Models)).ToHashSet())];

    public int Next(int below) => _random.Next(below);

    private static StoredDevice Device(int i) => new()
    {
        Id = $"device-{i}",
        Owner = StoredDevice.PublicOwner,
        HostId = $"host-{i / 10}",
        HostBoot = "b",
        Name = $"Phone {i % 50}",
        Os = $"{11 + (i / 50 % 5)}",
        Attributes = [$"chipset:chip-{i % 25}", "vendor:one", "os:android", "framework:tflite", "framework:onnx", $"build:{i / 250 % 8}"],
        SeenAt = Start,
        Since = Start,
        Health = Platform.DeviceBroker.Devices.DeviceHealth.Good,
    };

    // By name, by name and version, by chip, by chip and versions; some may run anywhere, as in a farm.
    private static DeviceSelector Selector(int i) => (i % 5) switch
    {
        0 => new DeviceSelector { Name = $"Phone {i / 5 % 50}" },
        1 => new DeviceSelector { Name = $"Phone {i / 5 % 50}", Os = $"{11 + (i / 250 % 5)}" },
        2 => new DeviceSelector { Attributes = { $"chipset:chip-{i / 5 % 25}", $"build:{i / 125 % 8}" } },
        3 => new DeviceSelector { Os = $"[{11 + (i / 5 % 4)},{13 + (i / 5 % 4)})", Attributes = { $"chipset:chip-{i / 20 % 25}" } },
        _ => new DeviceSelector { Attributes = { i % 50 == 49 ? "framework:tflite" : $"build:{i / 5 % 8}", $"os:android" } },
    };
}
