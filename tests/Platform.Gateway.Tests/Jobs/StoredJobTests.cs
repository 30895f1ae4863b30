using System.Text.Json;
using Platform.Gateway.Jobs;
using static Platform.Gateway.Tests.Jobs.JobSamples;

namespace Platform.Gateway.Tests.Jobs;

/// <summary>A job's document, and its face to the outside.</summary>
public sealed class StoredJobTests
{
    [Fact]
    public void Job_Stored_NamesItsPhase() => Assert.All(Enum.GetValues<Phase>(), phase =>
    {
        var body = JsonSerializer.SerializeToNode(In(phase, JobKind.Compile))!;
        Assert.Equal(phase.ToString(), (string?)body[nameof(Job.Phase)]);
        Assert.Equal(phase, body.Deserialize<Job>()!.Phase);
    });

    [Fact]
    public void Job_StoredWithANumber_IsStillRead()
    {
        var body = JsonSerializer.SerializeToNode(In(Phase.Queued, JobKind.Compile))!;
        body[nameof(Job.Phase)] = (int)Phase.Queued;
        Assert.Equal(Phase.Queued, body.Deserialize<Job>()!.Phase);
    }

    [Fact]
    public void Job_OfANewerHub_KeepsWhatIsNotKnownThroughTheMachine()
    {
        var body = JsonSerializer.SerializeToNode(In(Phase.Queued, JobKind.Compile))!;
        body["newField"] = "kept";
        var after = Machine.Apply(body.Deserialize<Job>()!, new JobEvent.CancelRequested("somebody"), Now)!;
        Assert.Equal("kept", (string?)JsonSerializer.SerializeToNode(after)!["newField"]);
    }

    [Fact]
    public void ToMessage_EveryPhase_HasItsName() => Assert.All(Enum.GetValues<Phase>(), phase =>
        Assert.Equal(phase.IsTerminal() ? "Ended" : phase.ToString(), JobViews.ToMessage(In(phase, JobKind.Profile)).Phase.ToString()));

    [Fact]
    public void ModelTypes_EveryForm_HasATypeAndComesBack()
    {
        var types = Enum.GetValues<Platform.Toolchains.ModelForm>().Select(ModelTypes.TypeOf).ToList();
        Assert.Equal(Enum.GetValues<Platform.Contracts.Hub.V1.ModelType>(), types);
        Assert.All(Enum.GetValues<Platform.Toolchains.ModelForm>().Skip(1), form => Assert.Equal(form.ToString(), ModelTypes.TypeOf(form).ToString(), ignoreCase: true));
    }
}
