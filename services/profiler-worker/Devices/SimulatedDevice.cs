using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;

namespace Platform.ProfilerWorker.Devices;

/// <summary>
/// A device that only stands for one: its runs are real runner processes on this machine's processor. Farms are tried out with many of
/// them. Labelled as emulated everywhere.
/// </summary>
/// <param name="number">Its number on this host, from 0.</param>
/// <param name="hostId">The host's id.</param>
/// <param name="cpu">The processor that does the work.</param>
/// <param name="memory">Epochs that this host has seen.</param>
/// <param name="unplugged">Folder of pulled plugs; empty for none.</param>
internal sealed class SimulatedDevice(int number, string hostId, LocalCpu cpu, HostMemory memory, string unplugged) : IHostDevice
{
    /// <inheritdoc/>
    public string Id => $"{hostId}.simulated-{number}";

    /// <inheritdoc/>
    public string Name => "simulated";

    // The processor's own numbers, so nothing is emulated in the sense of a run.
    /// <inheritdoc/>
    public bool IsEmulated => false;

    /// <inheritdoc/>
    public bool IsReached => unplugged.Length == 0 || !File.Exists(Path.Combine(unplugged, Id));

    /// <inheritdoc/>
    public RuntimeVersion? RuntimeFor(ModelType type) => cpu.RuntimeFor(type);

    /// <inheritdoc/>
    public AttachedDevice ToMessage()
    {
        var device = cpu.ToMessage();
        device.DeviceId = Id;
        device.Name = Name;
        device.Emulated = true;
        device.DeviceEpoch = (uint)memory.EpochOf(Id);
        device.Attributes.Add("simulated:true");
        return device;
    }
}
