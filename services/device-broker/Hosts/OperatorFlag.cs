using Google.Protobuf.WellKnownTypes;
using Platform.Contracts.Hub.V1;

namespace Platform.DeviceBroker.Hosts;

/// <summary>An operator's wish that a host or device takes no new work, as it is stored.</summary>
internal sealed record OperatorFlag(string By, string Reason, DateTimeOffset Since)
{
    public static OperatorFlag? Of(DrainFlag? message) => message is null ? null : new OperatorFlag(message.By, message.Reason, message.Since.ToDateTimeOffset());

    public DrainFlag ToMessage() => new() { By = By, Reason = Reason, Since = Since.ToTimestamp() };
}
