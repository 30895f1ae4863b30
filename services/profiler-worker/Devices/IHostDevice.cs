using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;

namespace Platform.ProfilerWorker.Devices;

/// <summary>A device that this host is or plays.</summary>
internal interface IHostDevice
{
    /// <summary>Device id.</summary>
    string Id { get; }

    /// <summary>Name that users ask for.</summary>
    string Name { get; }

    /// <summary>Whether it is an emulation: its numbers are those of the device, its times say nothing.</summary>
    bool IsEmulated { get; }

    /// <summary>Whether it answers now: one that does not is gone, with what ran on it.</summary>
    bool IsReached { get; }

    /// <summary>The runtime that runs a kind of model here; null when there is none.</summary>
    RuntimeVersion? RuntimeFor(ModelType type);

    /// <summary>The device as the broker hears of it.</summary>
    AttachedDevice ToMessage();
}
