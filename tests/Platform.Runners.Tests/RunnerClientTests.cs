using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using TestKit.Oracles;

namespace Platform.Runners.Tests;

public sealed class RunnerClientTests
{
    private static readonly TimeSpan s_ample = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task AskAsync_Probe_NamesOnnxRuntime()
    {
        await using var client = RunnerClient.Start(RuntimeLibraries.ModelRunner);
        var answer = await client.AskAsync(ScriptRunner.Probe, s_ample, cancellation: TestContext.Current.CancellationToken);
        Assert.Contains(answer.Probed.Runtimes, runtime => runtime.Runtime == Runtime.OnnxRuntime && runtime.Version.Length > 0);
    }

    [Fact]
    public async Task AskAsync_RefusedRequest_ThrowsTheRunnersCodeAndGoesOn()
    {
        await using var client = RunnerClient.Start(RuntimeLibraries.ModelRunner);
        var describe = new Request { Model = "/no/such/file.onnx", Runtime = Runtime.OnnxRuntime, Describe = new Describe() };
        var failure = await Assert.ThrowsAsync<RunnerFailureException>(() => client.AskAsync(describe, s_ample, cancellation: TestContext.Current.CancellationToken));
        Assert.Equal(FailureCode.ModelLoadFailed, failure.Code);
        Assert.True(client.IsUsable);
        Assert.NotNull((await client.AskAsync(ScriptRunner.Probe, s_ample, cancellation: TestContext.Current.CancellationToken)).Probed);
    }

    [Theory]
    [InlineData("read line; echo 'out of luck' >&2; exit 3", FailureCode.RunnerCrashed, "code 3: out of luck")]
    [InlineData("read line; kill -SEGV $$", FailureCode.RunnerCrashed, "code 139")]
    [InlineData("exit 0", FailureCode.RunnerCrashed, "code 0")]
    [InlineData("read line; echo nonsense", FailureCode.RunnerCrashed, "no event")]
    [InlineData("read line; yes a | tr -d '\\n'", FailureCode.RunnerCrashed, "longer than")]
    public async Task AskAsync_RunnerMisbehaves_FailsWithACode(string script, FailureCode code, string message)
    {
        using var runner = new ScriptRunner(script);
        await using var client = RunnerClient.Start(runner.Program);
        var failure = await Assert.ThrowsAsync<RunnerFailureException>(() => client.AskAsync(ScriptRunner.Probe, s_ample, cancellation: TestContext.Current.CancellationToken));
        Assert.Equal(code, failure.Code);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.False(client.IsUsable);
    }

    [Fact]
    public async Task AskAsync_NoAnswer_TimesOutAndEndsTheRunner()
    {
        using var runner = new ScriptRunner("while read line; do :; done");
        await using var client = RunnerClient.Start(runner.Program);
        var failure = await Assert.ThrowsAsync<RunnerFailureException>(() => client.AskAsync(ScriptRunner.Probe, TimeSpan.FromMilliseconds(100), cancellation: TestContext.Current.CancellationToken));
        Assert.Equal(FailureCode.TimedOut, failure.Code);
        Assert.False(client.IsUsable);
    }

    [Fact]
    public async Task AskAsync_Cancelled_ThrowsCancellation()
    {
        using var runner = new ScriptRunner("while read line; do :; done");
        await using var client = RunnerClient.Start(runner.Program);
        using var source = new CancellationTokenSource();
        var asked = client.AskAsync(ScriptRunner.Probe, s_ample, cancellation: source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        Assert.False(client.IsUsable);
    }

    [Fact]
    public async Task AskAsync_ProgressBeforeTheAnswer_IsHeard()
    {
        using var runner = new ScriptRunner("""
            read line
            echo '{"id":"1","progress":{"done":1,"total":2}}'
            echo '{"id":"1","probed":{}}'
            read line
            """);
        await using var client = RunnerClient.Start(runner.Program);
        var heard = new List<int>();
        await client.AskAsync(ScriptRunner.Probe, s_ample, progress => heard.Add(progress.Done), TestContext.Current.CancellationToken);
        Assert.Equal([1], heard);
    }
}
