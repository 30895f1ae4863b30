using Platform.Sandbox;

namespace Platform.Runners.Sandboxed;

/// <summary>Where and how a runner program works.</summary>
/// <param name="WorkFolder">The one folder it may write.</param>
/// <param name="Limits">Its bounds.</param>
/// <param name="Log">Hears what it prints on standard error.</param>
public sealed record ProgramRun(string WorkFolder, SandboxLimits Limits, Action<string> Log);
