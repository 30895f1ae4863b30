using Platform.Contracts.Hub.V1;

namespace Platform.DeviceBroker.Devices;

/// <summary>Devices as messages.</summary>
internal static class DeviceViews
{
    public static Device ToMessage(StoredDevice device)
    {
        var message = new Device
        {
            DeviceId = device.Id,
            Name = device.Name,
            Os = device.Os,
            State = (Contracts.Hub.V1.DeviceState)((int)device.State + 1),
            Health = (Contracts.Hub.V1.DeviceHealth)((int)device.Health + 1),
            HealthReason = device.HealthReason,
            Emulated = device.Emulated,
        };
        message.Attributes.AddRange(device.Attributes);
        message.Families.AddRange(device.Families);
        message.Proxies.AddRange(device.Proxies);
        return message;
    }
}
