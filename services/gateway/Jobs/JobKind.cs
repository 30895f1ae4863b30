using System.Text.Json.Serialization;

namespace Platform.Gateway.Jobs;

/// <summary>Kinds of jobs; the last is the hub's own and not shown.</summary>
internal enum JobKind
{
    Compile,
    Quantize,
    Link,
    Profile,
    Inference,

    /// <summary>Reads an uploaded model or dataset in the sandbox, so that submissions can be checked against it.</summary>
    Inspect,
}

/// <summary>Where a job is inside the hub (architecture 4). Stored by name: members may be added, never renamed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Phase>))]
internal enum Phase
{
    Waiting,
    Pending,
    Queued,
    Assigned,
    Running,
    Finalizing,
    Success,
    Failed,
    Cancelled,
}

/// <summary>Facts about phases and kinds.</summary>
internal static class PhaseFacts
{
    public static bool IsTerminal(this Phase phase) => phase >= Phase.Success;

    /// <summary>Whether a worker may be at it: its epoch fences what comes back.</summary>
    public static bool IsHeld(this Phase phase) => phase is Phase.Assigned or Phase.Running;

    /// <summary>Whether the kind is done by build nodes; else by devices.</summary>
    public static bool IsNodeWork(this JobKind kind) => kind is not (JobKind.Profile or JobKind.Inference);
}
