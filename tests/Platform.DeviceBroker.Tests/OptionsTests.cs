using Platform.DeviceBroker.Scheduling;

namespace Platform.DeviceBroker.Tests;

/// <summary>Settings that make no sense stop the start, and say which.</summary>
public sealed class OptionsTests
{
    [Fact]
    public void Options_Defaults_AreSound() => Assert.True(new BrokerOptionsValidator().Validate(null, new BrokerOptions()).Succeeded);

    [Theory]
    [InlineData("HalfLife"), InlineData("PromotedEvery"), InlineData("Weights"), InlineData("SuspectAfter"), InlineData("FirstRest"), InlineData("MostOvertaken")]
    public void Options_OutOfRange_AreRefusedByName(string name)
    {
        var options = new BrokerOptions { SuspectAfter = name == "SuspectAfter" ? 0 : 3, FirstRest = name == "FirstRest" ? TimeSpan.FromDays(1) : TimeSpan.Zero };
        options.Scheduling = new SchedulingPolicy
        {
            HalfLife = name == "HalfLife" ? TimeSpan.Zero : TimeSpan.FromHours(1),
            PromotedEvery = name == "PromotedEvery" ? 0 : 4,
            MostOvertaken = name == "MostOvertaken" ? 1000 : 8,
            Weights = { ["o"] = name == "Weights" ? 0 : 1 },
        };
        var result = new BrokerOptionsValidator().Validate(null, options);
        Assert.True(result.Failed);
        Assert.Contains(name, result.FailureMessage, StringComparison.Ordinal);
    }
}
