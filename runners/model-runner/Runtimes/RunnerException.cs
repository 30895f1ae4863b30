namespace Runner.Model.Runtimes;

/// <summary>A stage cannot go on.</summary>
/// <param name="code">A name of hub.v1.FailureCode.</param>
/// <param name="message">The runtime's own words.</param>
/// <param name="inner">What caused it.</param>
internal sealed class RunnerException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Code { get; } = code;
}
