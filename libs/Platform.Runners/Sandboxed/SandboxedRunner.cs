using Platform.Contracts.Runner.V1;
using Platform.Sandbox;

namespace Platform.Runners.Sandboxed;

/// <summary>The model runner in the sandbox. The runtimes that it loads may abort on a hostile model.</summary>
public sealed class SandboxedRunner(ISandbox sandbox, string program, RuntimeLibraries libraries) : SandboxedProgram(sandbox, program)
{
    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, string> Environment => libraries.Environment;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> ReadOnly => libraries.Folders;

    /// <summary>One request in a fresh process, to its outcome.</summary>
    /// <returns>The outcome; a process that ended without one is a failure with a code.</returns>
    public async Task<Event> RunAsync(Request request, ProgramRun run, Action<Progress>? progress, CancellationToken cancellation)
    {
        request.Id = "1";
        Event? outcome = null;
        void Take(Event answer)
        {
            if (answer.EventCase == Event.EventOneofCase.Progress)
            {
                progress?.Invoke(answer.Progress);
            }
            else
            {
                outcome = answer;
            }
        }

        var problem = await AskAsync<Event>(request, run, "the model's runtime", Take, cancellation);
        if (problem is null && outcome is not null)
        {
            return outcome;
        }

        problem ??= new Contracts.Hub.V1.FailureDetail { Code = Contracts.Hub.V1.FailureCode.ToolCrashed, Message = "the model's runtime ended without a result" };
        return new Event { Id = request.Id, Failed = new Failed { Code = RunnerCodes.NameOf(problem.Code), Message = problem.Message } };
    }
}
