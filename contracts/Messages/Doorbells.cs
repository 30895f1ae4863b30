namespace Platform.Contracts.Messages;

// Doorbells: they say where to look, never what is true. Any of them may be lost, doubled or late (architecture L1).

/// <summary>Work for a step is waiting at the gateway: idle build nodes that have it call <c>Synchronize</c> at once.</summary>
/// <param name="Step">Step name.</param>
public sealed record CompileWorkAvailable(string Step);

/// <summary>A run is waiting at the broker: farm hosts with an idle device call <c>Synchronize</c> at once.</summary>
/// <param name="OrganizationId">Organization whose run it is.</param>
public sealed record RunWorkAvailable(string OrganizationId);

/// <summary>A job document changed: watchers and the reconciler read it.</summary>
/// <param name="OrganizationId">Owner of the job.</param>
/// <param name="JobId">Job.</param>
/// <param name="Version">The document's version after the change.</param>
public sealed record JobChanged(string OrganizationId, string JobId, long Version);
