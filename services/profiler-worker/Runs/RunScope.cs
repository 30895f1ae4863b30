using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.ProfilerWorker.Devices;
using Platform.Runners.Sandboxed;
using Platform.Sandbox;
using Platform.ServiceDefaults;

namespace Platform.ProfilerWorker.Runs;

/// <summary>What one run works with: its assignment, its folder, its log, the programs and their bounds.</summary>
internal sealed class RunScope(HeldRun run, RunFolder folder, RunLog log, RunnerPrograms programs)
{
    private const long OutputBytes = 16L << 30;

    public HeldRun Run => run;

    public RunSpec Spec => run.Assignment.Spec;

    public RunFolder Folder => folder;

    public RunLog Log => log;

    /// <summary>Where the programs see a path of the folder.</summary>
    public string Inside(string path) => programs.Model.Inside(folder.Path, path);

    /// <summary>One request to the model runner, in a fresh process.</summary>
    /// <exception cref="FailureException">The runner refused it or died.</exception>
    public async Task<Event> AskAsync(Request request)
    {
        var answer = await programs.Model.RunAsync(request, Program(), progress: null, run.Stopped);
        return answer.Failed is { } failed ? throw new FailureException(RunnerCodes.Parse(failed.Code, FailureCode.ToolCrashed), failed.Message) : answer;
    }

    /// <summary>One request to the step program.</summary>
    /// <exception cref="FailureException">It refused it or died.</exception>
    public async Task<StepResponse> StepAsync(StepRequest request)
    {
        var response = await programs.Step.RunAsync(request, Program(), run.Stopped);
        return response.Refusals is [var first, ..] ? throw new FailureException(Failures.Of(first.Code, first.Message, response.Refusals)) : response;
    }

    private ProgramRun Program()
    {
        double seconds = Spec.TimeoutSeconds > 0 ? Spec.TimeoutSeconds : HubLimits.RunSeconds.Value;
        double memory = Spec.MemoryBytes > 0 ? Spec.MemoryBytes : HubLimits.RunMemoryBytes.Value;
        return new ProgramRun(folder.Path, new SandboxLimits(TimeSpan.FromSeconds(seconds), (long)memory, OutputBytes, HubLimits.LogBytes.Value), log.Line);
    }
}
