using Platform.Contracts.Hub.V1;

namespace Platform.Runners;

/// <summary>A runner did not do what it was asked: it said why, it ended, or it took too long.</summary>
/// <param name="code">The failure's code.</param>
/// <param name="message">For the user.</param>
/// <param name="log">The last lines of the runner's log; may be empty.</param>
public sealed class RunnerFailureException(FailureCode code, string message, string log = "") : Exception(message)
{
    /// <summary>The failure's code.</summary>
    public FailureCode Code => code;

    /// <summary>The last lines of the runner's log; may be empty.</summary>
    public string Log => log;
}
