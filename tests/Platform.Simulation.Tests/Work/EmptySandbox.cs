using Platform.Sandbox;

namespace Platform.Simulation.Tests.Work;

/// <summary>Starts no process: says what runtimes there are, and that no other program is installed.</summary>
internal sealed class EmptySandbox : ISandbox
{
    private const string Runtimes = """{"id":"1","probed":{"runtimes":[{"runtime":"TFLITE","version":"2.9.0"},{"runtime":"ONNX_RUNTIME","version":"1.20"}]}}""";

    public string Kind => "none";

    public string WorkFolderOf(SandboxRequest request) => request.WorkFolder;

    public Task<SandboxResult> RunAsync(SandboxRequest request, CancellationToken cancellation)
    {
        bool probes = request.StandardInput.Contains("probe", StringComparison.Ordinal);
        if (probes)
        {
            request.OutputLine?.Invoke(Runtimes);
        }

        return Task.FromResult(new SandboxResult(SandboxEnd.Exited, probes ? 0 : 1, TimeSpan.FromSeconds(1), 0));
    }

    public Task<string?> FindProblemAsync(CancellationToken cancellation) => Task.FromResult<string?>(null);
}
