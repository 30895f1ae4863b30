namespace Platform.Sandbox.Processes;

/// <summary>No walls, limits only: for hosts whose operator said <c>--sandbox=none</c> because all models are trusted.</summary>
internal sealed class BareSandbox(TimeProvider clock) : ISandbox
{
    public string Kind => "none";

    public string WorkFolderOf(SandboxRequest request) => request.WorkFolder;

    public Task<SandboxResult> RunAsync(SandboxRequest request, CancellationToken cancellation) =>
        new SandboxedProcess(request, request.Program, request.Arguments, "", clock).RunAsync(cancellation);

    public Task<string?> FindProblemAsync(CancellationToken cancellation) => Task.FromResult<string?>(null);
}
