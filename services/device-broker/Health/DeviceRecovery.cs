using Platform.Contracts.Hub.V1;
using Platform.DeviceBroker.Devices;

namespace Platform.DeviceBroker.Health;

/// <summary>What runs say of the device that they ran on: how long it rests, whether it is set aside, whether it is well again.</summary>
internal static class DeviceRecovery
{
    /// <summary>The device after an ordinary run; it is cleaned next.</summary>
    public static StoredDevice AfterRun(StoredDevice device, Failure? failure, BrokerOptions options, DateTimeOffset now)
    {
        if (failure?.Blame != Blame.Device)
        {
            return Well(device, now);
        }

        int failures = device.Failures + 1;
        bool aside = failures >= options.SuspectAfter;
        return Cleaning(device, now) with
        {
            Failures = failures,
            RestsUntil = now + RestAfter(failures, options),
            Health = IsOperators(device) ? device.Health : aside ? DeviceHealth.Bad : DeviceHealth.Suspect,
            HealthReason = aside ? $"{failures} runs in a row failed on it; a health check decides" : $"a run failed on it: {failure.Message}",
        };
    }

    /// <summary>The device after a health check. What the rest of the system did to the check says nothing of the device.</summary>
    public static StoredDevice AfterCheck(StoredDevice device, Failure? failure, BrokerOptions options, DateTimeOffset now)
    {
        if (failure is null)
        {
            return Well(device, now);
        }

        int failures = device.Failures + (failure.Blame == Blame.Infrastructure ? 0 : 1);
        return Cleaning(device, now) with
        {
            Failures = failures,
            RestsUntil = now + RestAfter(failures, options),
            Health = DeviceHealth.Bad,
            HealthReason = $"its health check failed: {failure.Message}",
        };
    }

    /// <summary>The device once nothing of its run is left on it.</summary>
    public static StoredDevice Clean(StoredDevice device, DateTimeOffset now) => device with
    {
        State = DeviceState.Idle,
        RunId = null,
        RunOwner = null,
        Since = now,
        Health = device.Health == DeviceHealth.Unknown ? DeviceHealth.Good : device.Health,
    };

    /// <summary>10 s, 20 s, 40 s ... up to the longest rest, by default.</summary>
    public static TimeSpan RestAfter(int failures, BrokerOptions options)
    {
        double seconds = options.FirstRest.TotalSeconds * Math.Pow(2, Math.Clamp(failures - 1, 0, 30));
        return TimeSpan.FromSeconds(Math.Min(seconds, options.LongestRest.TotalSeconds));
    }

    // What an operator has set, no run changes.
    private static bool IsOperators(StoredDevice device) => device.Health is DeviceHealth.Maintenance or DeviceHealth.Retired;

    private static StoredDevice Well(StoredDevice device, DateTimeOffset now) => Cleaning(device, now) with
    {
        Failures = 0,
        RestsUntil = null,
        Health = IsOperators(device) ? device.Health : DeviceHealth.Good,
        HealthReason = IsOperators(device) ? device.HealthReason : "",
    };

    private static StoredDevice Cleaning(StoredDevice device, DateTimeOffset now) => device with { State = DeviceState.Cleaning, Since = now };
}
