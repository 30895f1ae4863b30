using Platform.Contracts.Runner.V1;
using Platform.Sandbox;

namespace Platform.Runners.Sandboxed;

/// <summary>The step program in the sandbox: our own managed code over bytes that are not ours.</summary>
public sealed class SandboxedStep(ISandbox sandbox, string program) : SandboxedProgram(sandbox, program)
{
    /// <summary>One request, one response.</summary>
    /// <returns>The response; a process that ended without one is a refusal in it.</returns>
    public async Task<StepResponse> RunAsync(StepRequest request, ProgramRun run, CancellationToken cancellation)
    {
        var response = new StepResponse();
        if (await AskAsync<StepResponse>(request, run, "the conversion", answer => response = answer, cancellation) is { } problem)
        {
            response = new StepResponse { Refusals = { problem } };
        }

        return response;
    }
}
