namespace Platform.Mounts;

/// <summary>What an operator has mounted cannot be used; the message says why, and is meant for the operator.</summary>
public sealed class MountException(string message, Exception? inner = null) : Exception(message, inner);
