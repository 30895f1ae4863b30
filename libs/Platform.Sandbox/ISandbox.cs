namespace Platform.Sandbox;

/// <summary>Runs untrusted programs.</summary>
public interface ISandbox
{
    /// <summary>How it keeps them apart: <c>bubblewrap</c>, or <c>none</c>.</summary>
    string Kind { get; }

    /// <summary>The path of the work folder as the program sees it.</summary>
    string WorkFolderOf(SandboxRequest request);

    /// <summary>Runs a program to its end; when the task ends, nothing of it is left.</summary>
    Task<SandboxResult> RunAsync(SandboxRequest request, CancellationToken cancellation);

    /// <summary>Why it cannot be used on this host; null when it can.</summary>
    Task<string?> FindProblemAsync(CancellationToken cancellation);
}
