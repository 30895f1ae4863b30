using Platform.Contracts.Hub.V1;
using Platform.Sandbox;
using TestKit;
using TestKit.Oracles;

namespace Platform.Runners.Tests;

public sealed class SandboxedRunnerTests
{
    private static readonly SandboxLimits s_limits = new(TimeSpan.FromMinutes(2), 8L << 30, 1L << 30, 1 << 20);

    private static readonly string s_dotnet = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    [Theory]
    [InlineData("none")]
    [InlineData("bubblewrap")]
    public async Task AskAsync_RunnerInsideASandbox_Answers(string kind)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var sandbox = Sandboxes.Create(kind, TimeProvider.System);
        string? problem = await sandbox.FindProblemAsync(cancellation);
        Assert.SkipWhen(problem is not null, $"sandbox {kind}: {problem}");
        using var folder = new TempFolder();
        var request = new SandboxRequest(RuntimeLibraries.ModelRunner.Path, [], folder.Path, s_limits)
        {
            ReadOnly = [Path.GetDirectoryName(RuntimeLibraries.ModelRunner.Path)!, s_dotnet],
            Environment = new Dictionary<string, string> { ["DOTNET_ROOT"] = s_dotnet },
        };
        await using var client = new RunnerClient(SandboxChannel.Start(sandbox, request));
        var answer = await client.AskAsync(ScriptRunner.Probe, TimeSpan.FromMinutes(1), cancellation: cancellation);
        Assert.NotEmpty(answer.Probed.Runtimes);
    }

    [Fact]
    public async Task AskAsync_SandboxEndsTheRunner_FailsWithTheGivenEnd()
    {
        await using var channel = new ConversationChannel();
        await using var client = new RunnerClient(channel);
        var asked = client.AskAsync(ScriptRunner.Probe, TimeSpan.FromMinutes(1), cancellation: TestContext.Current.CancellationToken);
        channel.End(new RunnerEnd(FailureCode.OutOfMemory, "the runner ran out of memory", "log"));
        var failure = await Assert.ThrowsAsync<RunnerFailureException>(() => asked);
        Assert.Equal(FailureCode.OutOfMemory, failure.Code);
        Assert.Equal("log", failure.Log);
    }
}
