using System.Collections.Concurrent;
using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;

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

    private readonly ConcurrentDictionary<(string Owner, DeviceSelector Selector), Answer> _answers = new();

    public async Task<IReadOnlyList<Device>> MatchAsync(string owner, DeviceSelector selector, CancellationToken cancellation)
    {
        if (_answers.TryGetValue((owner, selector), out var known) && known.Until > clock.GetUtcNow())
        {
            return known.Devices;
        }

        var matches = await broker.ListDevicesAsync(new Contracts.Broker.V1.ListDevicesRequest { OrganizationId = owner, Selector = selector }, cancellationToken: cancellation);
        Remember(owner, selector, matches.Devices);
        return matches.Devices;
    }

    private void Remember(string owner, DeviceSelector selector, IReadOnlyList<Device> devices)
    {
        if (_answers.Count >= MostSelectors)
        {
            _answers.Clear();
        }

        if (devices.Count > 0)
        {
            _answers[(owner, selector.Clone())] = new Answer(devices, clock.GetUtcNow() + s_memory);
        }
    }

    private sealed record Answer(IReadOnlyList<Device> Devices, DateTimeOffset Until);
}
