namespace Platform.Contracts.Messages;

// Doorbells: they say where to look, never what is true. Any of them may be lost, doubled or late (architecture L1).

/// <summary>Work for a step is waiting at the gateway: idle build nodes that have it call <c>Synchronize</c> at once.</summary>
/// <param name="Step">Step name.</param>
public sealed record CompileWorkAvailable(string Step);

/// <summary>Runs are waiting at the broker: farm hosts with an idle device call <c>Synchronize</c> at once.</summary>
/// <param name="Hosts">Hosts with devices that may take one of them, busy or not. None: it may be any host's.</param>
public sealed record RunWorkAvailable(IReadOnlyList<string>? Hosts = null);

/// <summary>Job documents changed: those who watch them at other gateways read them.</summary>
/// <param name="Jobs">At most 500 of them.</param>
/// <param name="From">The start of the gateway that wrote them, which has told its own watchers, and brings them further.</param>
public sealed record JobsChanged(IReadOnlyList<JobChange> Jobs, string From = "");

/// <summary>One job document changed.</summary>
/// <param name="OrganizationId">Owner of the job.</param>
/// <param name="JobId">Job.</param>
public sealed record JobChange(string OrganizationId, string JobId);
