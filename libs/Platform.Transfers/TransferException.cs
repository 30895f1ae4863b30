namespace Platform.Transfers;

/// <summary>A transfer failed and trying again did not help.</summary>
/// <param name="message">What happened.</param>
/// <param name="inner">The cause below.</param>
public sealed class TransferException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Code of the catalogue that the other side gave; empty when it gave none.</summary>
    public string Code { get; init; } = "";
}
