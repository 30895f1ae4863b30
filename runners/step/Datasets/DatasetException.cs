using Platform.Contracts.Hub.V1;

namespace Runner.Step.Datasets;

/// <summary>A dataset cannot be used.</summary>
/// <param name="code">Code of the catalogue.</param>
/// <param name="message">What is wrong and where.</param>
/// <param name="inner">The cause below.</param>
internal sealed class DatasetException(FailureCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    public FailureCode Code { get; } = code;
}
