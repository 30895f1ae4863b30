using Platform.Runners.Sandboxed;
using Platform.Sandbox;

namespace Platform.ProfilerWorker.Devices;

/// <summary>The programs that touch models and datasets, and the sandbox that they run in.</summary>
/// <param name="Sandbox">The sandbox.</param>
/// <param name="Model">Loads and runs models.</param>
/// <param name="Step">Reads and writes datasets.</param>
internal sealed record RunnerPrograms(ISandbox Sandbox, SandboxedRunner Model, SandboxedStep Step)
{
    /// <summary>Why runs cannot start here; null when they can.</summary>
    public async Task<string?> FindProblemAsync(CancellationToken cancellation) =>
        await Sandbox.FindProblemAsync(cancellation)
        ?? new[] { Model.Program, Step.Program }.Where(program => !File.Exists(program)).Select(program => $"{program} is missing: the host's installation is not complete").FirstOrDefault();
}
