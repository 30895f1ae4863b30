namespace Platform.Store;

/// <summary>Why the store could not do what was asked.</summary>
public enum StoreProblem
{
    /// <summary>The disk or the quota is full; nothing was written. Works again when there is room.</summary>
    Full,
    /// <summary>The store cannot be reached now; whether a write took place is unknown.</summary>
    Unavailable,
    /// <summary>Another process holds the data.</summary>
    Locked,
    /// <summary>The file is damaged, or was written by a newer version.</summary>
    Unreadable,
}

/// <summary>The store could not do what was asked.</summary>
/// <param name="problem">The stable reason.</param>
/// <param name="message">A sentence for the operator.</param>
/// <param name="inner">The adapter's own error.</param>
public sealed class StoreException(StoreProblem problem, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The stable reason.</summary>
    public StoreProblem Problem { get; } = problem;
}
