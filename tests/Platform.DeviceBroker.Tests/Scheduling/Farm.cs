using Platform.Contracts.Hub.V1;
using Platform.DeviceBroker.Devices;
using Platform.DeviceBroker.Scheduling;

namespace Platform.DeviceBroker.Tests.Scheduling;

/// <summary>Runs and devices in few words.</summary>
internal static class Farm
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static IReadOnlySet<ulong> NothingStaged { get; } = new HashSet<ulong>();

    public static StoredDevice Device(string id, string name = "phone", string owner = StoredDevice.PublicOwner, params string[] attributes) => new()
    {
        Id = id,
        Owner = owner,
        HostId = "h0",
        HostBoot = "b",
        Name = name,
        Os = "14",
        Attributes = attributes,
        SeenAt = Start,
        Since = Start,
        Health = Platform.DeviceBroker.Devices.DeviceHealth.Good,
    };

    public static RunOrder Run(string id, string owner, double queuedSecond = 0, int priority = 0, string name = "phone", ulong model = 0, params string[] attributes) =>
        new(id, owner, new DeviceSelector { Name = name, Attributes = { attributes } }, priority, Start.AddSeconds(queuedSecond), model);

    public static SchedulingEngine With(this SchedulingEngine engine, params IEnumerable<RunOrder> runs)
    {
        foreach (var run in runs)
        {
            engine.Enqueue(run, run.QueuedAt);
        }

        return engine;
    }

    public static string? Next(this SchedulingEngine engine, StoredDevice device, double second = 0) => engine.Take(device, NothingStaged, Start.AddSeconds(second))?.Order.Id;
}

/// <summary>A farm on a virtual clock: devices that are always given what the engine says, for as long as their runs take.</summary>
internal sealed class FarmSimulation(SchedulingEngine engine, IReadOnlyList<StoredDevice> devices)
{
    private readonly PriorityQueue<(StoredDevice Device, Grant? Grant), double> _free = new();

    public Dictionary<string, double> Used { get; } = [];

    public Dictionary<string, double> Began { get; } = [];

    /// <summary>Goes on until a second.</summary>
    /// <param name="until">Seconds since the start.</param>
    /// <param name="takes">Seconds that a run holds its device.</param>
    /// <param name="arrive">Called at each moment something happens, to enqueue what has come by then.</param>
    public void Run(double until, Func<RunOrder, double> takes, Action<double>? arrive = null)
    {
        if (_free.Count == 0)
        {
            _free.EnqueueRange(devices.Select(device => ((device, (Grant?)null), 0.0)));
        }

        while (_free.TryPeek(out var free, out double second) && second < until)
        {
            _free.Dequeue();
            if (free.Grant is { } ended)
            {
                engine.Settle(ended, TimeSpan.FromSeconds(second) - (ended.At - Farm.Start));
            }

            arrive?.Invoke(second);
            var grant = engine.Take(free.Device, Farm.NothingStaged, Farm.Start.AddSeconds(second));
            double held = grant is null ? 1 : takes(grant.Order);
            if (grant is not null)
            {
                Used[grant.Order.Owner] = Used.GetValueOrDefault(grant.Order.Owner) + held;
                Began[grant.Order.Id] = second;
            }

            _free.Enqueue((free.Device, grant), second + held);
        }
    }
}
