using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.ServiceDefaults;

namespace Platform.ProfilerWorker.Devices;

/// <summary>The devices of this host: its own processor, the Hexagon processors that it can emulate, and devices that only stand for some.</summary>
internal sealed class HostDevices(LocalCpu cpu, HostMemory memory, IOptions<WorkerOptions> options)
{
    private IReadOnlyList<IHostDevice> _all = [cpu];

    /// <summary>Those that answer.</summary>
    public IReadOnlyList<IHostDevice> Reached => [.. _all.Where(device => device.IsReached)];

    /// <summary>Runtimes with the reason for those that do not load.</summary>
    public IEnumerable<HostTool> Tools => cpu.Tools;

    /// <summary>Looks at the machine.</summary>
    public async Task ProbeAsync(CancellationToken cancellation)
    {
        await cpu.ProbeAsync(cancellation);
        var emulation = RuntimeInformation.OSArchitecture == Architecture.X64 ? cpu.Usable(Runtime.QnnHtp) : null;
        var emulators = emulation is null ? [] : options.Value.Emulators.Select(text => new HtpEmulator(options.Value.Id, Parse(text), emulation, memory));
        var simulated = Enumerable.Range(0, options.Value.Simulated).Select(number => new SimulatedDevice(number, options.Value.Id, cpu, memory, options.Value.Unplugged));
        _all = [cpu, .. emulators, .. simulated];
    }

    /// <summary>The device of a run.</summary>
    /// <exception cref="FailureException">DEVICE_LOST: it is not here any more.</exception>
    public IHostDevice Require(string id) => _all.FirstOrDefault(device => device.Id == id && device.IsReached) ?? throw new FailureException(FailureCode.DeviceLost, $"this host has no device {id} any more");

    private static (string Name, int Id) Parse(string text) => text.Split('=') is [var name, var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
        ? (name, id)
        : throw new FormatException($"Worker:Emulators: '{text}' is not NAME=NUMBER, e.g. SM8650=57");
}
