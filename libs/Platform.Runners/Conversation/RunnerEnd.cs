using Platform.Contracts.Hub.V1;

namespace Platform.Runners;

/// <summary>How a runner ended.</summary>
/// <param name="Code">What that means to somebody who still waits for an answer: RUNNER_CRASHED, TIMED_OUT, OUT_OF_MEMORY ...</param>
/// <param name="Message">A sentence, with the exit code where there is one.</param>
/// <param name="Log">The last lines of its log.</param>
public sealed record RunnerEnd(FailureCode Code, string Message, string Log);
