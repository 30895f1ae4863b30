using Platform.Gateway.Jobs;
using static Platform.Gateway.Tests.Jobs.JobSamples;

namespace Platform.Gateway.Tests.Jobs;

/// <summary>
/// Every phase against every event. A column per phase, from Waiting to Cancelled: the letter of the phase afterwards,
/// = for a change inside the phase, . for none.
/// </summary>
public sealed class JobTransitionTests
{
    private const string Letters = "WPQARFSXC";
    private const string Nothing = ".........";

    [Theory]
    [InlineData("UpstreamSucceeded", "P........")]
    [InlineData("UpstreamEnded", "X........")]
    [InlineData("Refused", "XXX......")]
    [InlineData("Planned", ".Q.......")]
    [InlineData("Joined", ".=.......")]
    [InlineData("Parted", ".=.......")]
    [InlineData("ResultFound", ".F.......")]
    [InlineData("Granted", "..A......")]
    [InlineData("Started", "...R.....")]
    [InlineData("Renewed", "...==....")]
    [InlineData("Looked", ".==......")]
    [InlineData("AttemptSucceeded", "...FF....")]
    [InlineData("AttemptLeftALog", "...FF....")]
    [InlineData("FailedNever", "...XX....")]
    [InlineData("FailedElsewhere", "...QQ....")]
    [InlineData("FailedOnceLarger", "...QQ....")]
    [InlineData("FailedOnce", "...QQ....")]
    [InlineData("Died", "...QQ....")]
    [InlineData("HandedBack", "...QQ....")]
    [InlineData("WorkerRestarted", "...QQ....")]
    [InlineData("Published", ".....S...")]
    [InlineData("CancelRequested", "CCCCCC...")]
    [InlineData("Ticked", Nothing)]
    [InlineData("EffectsCarriedOut", "=========")]
    [InlineData("CleanedUp", ".......==")]
    [InlineData("Renamed", "=========")]
    public void Apply_NodeWork_GoesWhereTheTableSays(string happened, string expected) => Assert.Equal(expected, Row(JobKind.Compile, happened, Epoch, Now));

    [Theory]
    [InlineData("UpstreamSucceeded", "P........")]
    [InlineData("UpstreamEnded", "X........")]
    [InlineData("Refused", "XXX......")]
    [InlineData("RunRequested", ".Q.......")]
    [InlineData("Granted", Nothing)]
    [InlineData("DeviceAssigned", "..A......")]
    [InlineData("Started", "...R.....")]
    [InlineData("Renewed", "...==....")]
    [InlineData("Looked", ".==......")]
    [InlineData("AttemptSucceeded", "..SSS....")]
    [InlineData("AttemptLeftALog", "..FFF....")]
    [InlineData("FailedNever", "..XXX....")]
    [InlineData("FailedElsewhere", "..PPP....")]
    [InlineData("FailedOnceLarger", "..PPP....")]
    [InlineData("FailedOnce", "..PPP....")]
    [InlineData("Died", "..PPP....")]
    [InlineData("HandedBack", "...PP....")]
    [InlineData("WorkerRestarted", "...PP....")]
    [InlineData("Published", ".....S...")]
    [InlineData("CancelRequested", "CCCCCC...")]
    [InlineData("Ticked", Nothing)]
    [InlineData("EffectsCarriedOut", "=========")]
    [InlineData("CleanedUp", ".......==")]
    [InlineData("Renamed", "=========")]
    public void Apply_DeviceRun_GoesWhereTheTableSays(string happened, string expected) => Assert.Equal(expected, Row(JobKind.Profile, happened, Epoch, Now));

    [Theory]
    [InlineData(JobKind.Compile, Epoch - 1)]
    [InlineData(JobKind.Compile, Epoch + 1)]
    [InlineData(JobKind.Profile, Epoch - 1)]
    [InlineData(JobKind.Profile, Epoch + 1)]
    internal void Apply_OfAnotherEpoch_ChangesNothing(JobKind kind, long epoch) =>
        Assert.All(Fenced, happened => Assert.Equal(Nothing, Row(kind, happened, epoch, Now)));

    [Theory]
    [InlineData(30, "======...")] // the look is due
    [InlineData(35, "===QQ=...")] // the lease has lapsed, and its grace too
    [InlineData(3600, "=XXQQ=...")] // nobody took it
    public void Ticked_NodeWork_DoesWhatIsDue(int seconds, string expected) => Assert.Equal(expected, Row(JobKind.Compile, "Ticked", Epoch, Now.AddSeconds(seconds)));

    [Theory]
    [InlineData(30, "======...")]
    [InlineData(35, "======...")] // the broker, not the clock, says that a device is lost
    [InlineData(3600, "=XX===...")]
    public void Ticked_DeviceRun_DoesWhatIsDue(int seconds, string expected) => Assert.Equal(expected, Row(JobKind.Profile, "Ticked", Epoch, Now.AddSeconds(seconds)));

    private static string Row(JobKind kind, string happened, long epoch, DateTimeOffset now) => string.Concat(Enum.GetValues<Phase>().Select(phase =>
    {
        var after = Machine.Apply(In(phase, kind), Possible[happened](epoch, now), now);
        return after is null ? '.' : after.Phase == phase ? '=' : Letters[(int)after.Phase];
    }));
}
