namespace Runner.QnnStep.Native;

/// <summary>A call of the QNN interface answered with an error.</summary>
/// <param name="message">Which call, and the error in the interface's words.</param>
internal sealed class QnnApiException(string message) : Exception(message);
