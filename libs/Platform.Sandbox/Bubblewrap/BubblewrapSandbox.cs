using Platform.Sandbox.Processes;

namespace Platform.Sandbox.Bubblewrap;

/// <summary>
/// bubblewrap: namespaces of its own for everything, no network, a read-only system, one writable folder, no
/// capabilities, and a system call filter.
/// </summary>
internal sealed class BubblewrapSandbox(TimeProvider clock) : ISandbox
{
    private const string Program = "/usr/bin/bwrap";

    public string Kind => "bubblewrap";

    public string WorkFolderOf(SandboxRequest request) => SandboxRequest.InsideWorkFolder;

    public Task<SandboxResult> RunAsync(SandboxRequest request, CancellationToken cancellation) =>
        new SandboxedProcess(request, Program, BubblewrapArguments.Of(request), SeccompFilter.File, clock).RunAsync(cancellation);

    public async Task<string?> FindProblemAsync(CancellationToken cancellation)
    {
        if (!File.Exists(Program))
        {
            return $"{Program} is missing: install the package bubblewrap, or start with --sandbox=none if all models are trusted";
        }

        string folder = Directory.CreateTempSubdirectory("hub-probe-").FullName;
        try
        {
            var said = new List<string>();
            var limits = new SandboxLimits(TimeSpan.FromSeconds(10), 256 << 20, 1 << 20, 64 << 10);
            var result = await RunAsync(new SandboxRequest("/bin/true", [], folder, limits) { ErrorLine = said.Add }, cancellation);
            return result.Succeeded ? null : $"this kernel refuses the sandbox ({string.Join(" ", said)}): allow user namespaces, or start with --sandbox=none if all models are trusted";
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
