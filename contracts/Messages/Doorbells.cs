namespace Platform.Contracts.Messages;

// Doorbells: they say where to look, never what is true. Any of them may be lost, doubled or late (architecture L1).

/// <summary>Work for a step is waiting at the gateway: idle build nodes that have it call <c>Synchronize</c> at once.</summary>
/// <param name="Step">Step name.</param>
public sealed record CompileWorkAvailable(string Step);

/// <summary>A run is waiting at the broker: farm hosts with an idle device call <c>Synchronize</c> at once.</summary>
/// <param name="OrganizationId">Organization whose run it is.</param>
public sealed record RunWorkAvailable(string OrganizationId);

/// <summary>Job documents changed: watchers and the reconciler read them.</summary>
/// <param name="Jobs">At most 500 of them.</param>
/// <param name="From">The start of the gateway that wrote them: it brings them further at once, the others only if it does not. Empty: all do.</param>
public sealed record JobsChanged(IReadOnlyList<JobChange> Jobs, string From = "");

/// <summary>One job document changed.</summary>
/// <param name="OrganizationId">Owner of the job.</param>
/// <param name="JobId">Job.</param>
/// <param name="IsDue">Whether the reconciler has something to do for it now.</param>
public sealed record JobChange(string OrganizationId, string JobId, bool IsDue);
