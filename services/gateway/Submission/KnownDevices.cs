using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.ServiceDefaults;

namespace Platform.Gateway.Submission;

/// <summary>
/// Devices that match a selector, asked of the broker once a second at most, so that a burst of submissions does not ask the same
/// thousands of times. That nothing matches is never remembered: a device that has just come is found at once. A device that has just
/// gone is found when the run is due, as it is for every job that was submitted before.
/// </summary>
internal sealed class KnownDevices(DeviceBroker.DeviceBrokerClient broker, TimeProvider clock)
{
    private const int MostSelectors = 1000;
    private static readonly TimeSpan s_memory = TimeSpan.FromSeconds(1);

    private readonly ShortMemory<(string Owner, DeviceSelector Selector), IReadOnlyList<Device>> _answers = new(MostSelectors, clock);

    public async Task<IReadOnlyList<Device>> MatchAsync(string owner, DeviceSelector selector, CancellationToken cancellation)
    {
        if (_answers.Recall((owner, selector)) is { } known)
        {
            return known;
        }

        var matches = await broker.ListDevicesAsync(new Contracts.Broker.V1.ListDevicesRequest { OrganizationId = owner, Selector = selector }, cancellationToken: cancellation);
        if (matches.Devices.Count > 0)
        {
            _answers.Remember((owner, selector.Clone()), matches.Devices, s_memory);
        }

        return matches.Devices;
    }
}
