using Platform.Sandbox.Gate;
using TestKit;

namespace Platform.Sandbox.Tests;

public sealed class MeasurementGateTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Share_WhileShared_IsGiven()
    {
        using var first = await Gate().ShareAsync(Cancellation);
        using var second = await Gate().ShareAsync(Cancellation);
        Assert.NotSame(first, second);
    }

    [Fact]
    public async Task TakeAlone_WhileShared_IsRefusedWhenPatienceEnds()
    {
        var gate = Gate();
        var share = await gate.ShareAsync(Cancellation);
        Assert.Null(await gate.TakeAloneAsync(TimeSpan.Zero, Cancellation));
        Assert.Null(await Gate().TakeAloneAsync(TimeSpan.Zero, Cancellation));

        share.Dispose();
        using var alone = await Gate().TakeAloneAsync(TimeSpan.Zero, Cancellation);
        Assert.NotNull(alone);
    }

    [Fact]
    public async Task TakeAlone_WhileAnotherMeasures_IsRefused()
    {
        using var alone = await Gate().TakeAloneAsync(TimeSpan.Zero, Cancellation);
        Assert.Null(await Gate().TakeAloneAsync(TimeSpan.Zero, Cancellation));
    }

    [Fact]
    public async Task Share_WhileAnotherMeasures_WaitsForItsEnd()
    {
        var alone = await Gate().TakeAloneAsync(TimeSpan.Zero, Cancellation);
        var waiting = Gate().ShareAsync(Cancellation);
        Assert.False(waiting.IsCompleted);

        alone!.Dispose();
        using var share = await waiting;
        Assert.Null(await Gate().TakeAloneAsync(TimeSpan.Zero, Cancellation));
    }

    [Fact]
    public async Task Share_CancelledWhileItWaits_GivesUp()
    {
        using var alone = await Gate().TakeAloneAsync(TimeSpan.Zero, Cancellation);
        using var cancelled = new CancellationTokenSource();
        var waiting = Gate().ShareAsync(cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Share_Held_KeepsAnotherProcessOut()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/flock"), "there is no flock program");
        using (await Gate().ShareAsync(Cancellation))
        {
            var other = await ProcessRun.RunAsync("/usr/bin/flock", ["--nonblock", "--exclusive", Lock, "true"]);
            Assert.Equal(1, other.ExitCode);
        }

        Assert.Equal(0, (await ProcessRun.RunAsync("/usr/bin/flock", ["--nonblock", "--exclusive", Lock, "true"])).ExitCode);
        using var alone = await Gate().TakeAloneAsync(TimeSpan.Zero, Cancellation);
        Assert.NotNull(alone);
    }

    [Fact]
    public async Task Gate_WithoutAFile_KeepsNobodyOut()
    {
        var gate = new MeasurementGate("", TimeProvider.System);
        using var first = await gate.TakeAloneAsync(TimeSpan.Zero, Cancellation);
        using var second = await gate.TakeAloneAsync(TimeSpan.Zero, Cancellation);
        Assert.NotNull(second);
    }

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // In a folder that the first one makes.
    private string Lock => Path.Combine(_folder.Path, "hub", "gate");

    private MeasurementGate Gate() => new(Lock, TimeProvider.System);
}
