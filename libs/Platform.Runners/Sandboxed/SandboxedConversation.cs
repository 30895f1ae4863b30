using Platform.Sandbox;

namespace Platform.Runners.Sandboxed;

/// <summary>A model runner in the sandbox that answers more than one request, as comparing two models needs.</summary>
public sealed class SandboxedConversation(ISandbox sandbox, string program, Func<RuntimeLibraries> find)
{
    /// <summary>The executable.</summary>
    public string Program => program;

    /// <summary>Holds a conversation; when the task ends, nothing of the runner is left.</summary>
    /// <param name="run">Where it works.</param>
    /// <param name="conversation">Asks; gets the client and the work folder as both sides see it.</param>
    /// <param name="cancellation">Its requests should end with it too; the runner ends with the conversation.</param>
    public async Task<TResult> RunAsync<TResult>(ProgramRun run, Func<RunnerClient, SharedFolder, Task<TResult>> conversation, CancellationToken cancellation)
    {
        var libraries = find();
        var request = new SandboxRequest(program, [], run.WorkFolder, run.Limits) { Environment = libraries.Environment, ReadOnly = libraries.Folders, ErrorLine = run.Log };
        await using var client = new RunnerClient(SandboxChannel.Start(sandbox, request));
        var result = await conversation(client, new SharedFolder(run.WorkFolder, sandbox.WorkFolderOf(request)));
        cancellation.ThrowIfCancellationRequested();
        return result;
    }
}
