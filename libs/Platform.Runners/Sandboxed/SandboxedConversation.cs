using Platform.Contracts.Hub.V1;
using Platform.Sandbox;

namespace Platform.Runners.Sandboxed;

/// <summary>A model runner in the sandbox that answers more than one request, as comparing two models needs.</summary>
public sealed class SandboxedConversation(ISandbox sandbox, string program, RuntimeLibraries libraries)
{
    /// <summary>The executable.</summary>
    public string Program => program;

    /// <summary>Holds a conversation; when the task ends, nothing of the runner is left.</summary>
    /// <param name="run">Where it works.</param>
    /// <param name="conversation">Asks; gets the client and the work folder as both sides see it.</param>
    /// <param name="cancellation">Ends the runner.</param>
    public async Task<TResult> RunAsync<TResult>(ProgramRun run, Func<RunnerClient, SharedFolder, Task<TResult>> conversation, CancellationToken cancellation)
    {
        var channel = new ConversationChannel();
        var log = new LogTail();
        var request = new SandboxRequest(program, [], run.WorkFolder, run.Limits)
        {
            Environment = libraries.Environment,
            ReadOnly = libraries.Folders,
            OutputLine = channel.Deliver,
            ErrorLine = line =>
            {
                log.Add(line);
                run.Log(line);
            },
            Converse = channel.ConverseAsync,
        };
        var running = RunToEndAsync(request, channel, log, cancellation);
        try
        {
            await using var client = new RunnerClient(channel);
            return await conversation(client, new SharedFolder(run.WorkFolder, sandbox.WorkFolderOf(request)));
        }
        finally
        {
            await running;
        }
    }

    private async Task RunToEndAsync(SandboxRequest request, ConversationChannel channel, LogTail log, CancellationToken cancellation)
    {
        var end = new RunnerEnd(FailureCode.RunnerCrashed, "the model's runtime did not start", "");
        try
        {
            var ended = await sandbox.RunAsync(request, cancellation);
            var (code, message) = SandboxFailures.Describe(ended, "the model's runtime");
            end = new RunnerEnd(code, message, log.ToString());
        }
        finally
        {
            // Whoever waits for an answer hears of the end in every case.
            channel.End(end);
        }
    }
}
