using Platform.Contracts.Messages;
using Platform.ProfilerWorker.Hosts;

namespace Platform.ProfilerWorker.Tests;

public sealed class HostLoopTests
{
    [Theory]
    [InlineData(true, "h1")]
    [InlineData(true, "h0", "h1")]
    [InlineData(true)]
    [InlineData(false, "h2", "h10")]
    public void IsFor_HostsThatAreNamed_OrAllWhereNoneIs(bool isMeant, params string[] hosts) => Assert.Equal(isMeant, HostLoop.IsFor("h1", new RunWorkAvailable(hosts)));

    [Fact]
    public void IsFor_BellOfAnOlderBroker_WhichNamesNone() => Assert.True(HostLoop.IsFor("h1", new RunWorkAvailable()));
}
