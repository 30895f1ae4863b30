using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;

namespace Platform.ProfilerWorker.Devices;

/// <summary>The Hexagon processor of one chip, as the vendor's library emulates it on x86-64: to look at numbers before a phone is touched.</summary>
/// <param name="hostId">The host's id.</param>
/// <param name="soc">Part number and the vendor's number of the chip.</param>
/// <param name="runtime">The runtime as it was probed.</param>
/// <param name="memory">Epochs that this host has seen.</param>
internal sealed class HtpEmulator(string hostId, (string Name, int Id) soc, RuntimeVersion runtime, HostMemory memory) : IHostDevice
{
    /// <inheritdoc/>
    public string Id => $"{hostId}.htp-{soc.Name.ToLowerInvariant()}";

    /// <inheritdoc/>
    public string Name => $"htp-emulator ({soc.Name})";

    /// <inheritdoc/>
    public bool IsEmulated => true;

    /// <inheritdoc/>
    public bool IsReached => true;

    /// <inheritdoc/>
    public RuntimeVersion? RuntimeFor(ModelType type) => type is ModelType.QnnContextBinary or ModelType.PrecompiledQnnOnnx ? runtime : null;

    // The broker adds what its table of chips says of the number.
    /// <inheritdoc/>
    public AttachedDevice ToMessage() => new()
    {
        DeviceId = Id,
        Name = Name,
        Os = HostFacts.OsVersion(),
        Emulated = true,
        DeviceEpoch = (uint)memory.EpochOf(Id),
        Attributes = { "os:linux", "vendor:qualcomm", "framework:qnn", "emulated:true", $"soc-model:{soc.Id}" },
    };
}
