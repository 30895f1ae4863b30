using System.Globalization;
using Platform.Contracts.Hub.V1;
using Platform.Host.Tests.Hosting;
using TestKit;
using TestKit.Hub;
using static TestKit.Hub.HubCalls;

namespace Platform.Host.Tests;

/// <summary>The organization's log as other programs see it.</summary>
public sealed class EventTests(HubFixture fixture)
{
    private readonly HubProcess _hub = fixture.Hub;

    [Fact]
    public async Task Log_IsInOneOrderWithoutGaps_AndTellsAJobFromItsCreationToItsEnd()
    {
        var job = await _hub.SucceedAsync(Compile(fixture.Assets.Linear, "onnx"));
        var events = await UntilAsync(0, entry => entry.Subject == job.JobId && entry.Type == "job.ended");
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => i.ToString(CultureInfo.InvariantCulture)), events.Select(entry => entry.Sequence));
        Assert.Equal(events.Count, events.Select(entry => entry.Id).Distinct().Count());
        var own = events.Where(entry => entry.Subject == job.JobId).ToList();
        Assert.Equal(("job.created", "job.ended"), (own[0].Type, own[^1].Type));
        Assert.Equal(JobState.Success, own[^1].Data.State);
        Assert.All(own, entry => Assert.Equal(("1.0", "application/json", entry.Data.JobId), (entry.Specversion, entry.Datacontenttype, entry.Subject)));
    }

    [Fact]
    public async Task Watch_FromACursor_GivesWhatLiesBehindIt_AndWaitsForMore()
    {
        var first = await _hub.SucceedAsync(Compile(fixture.Assets.Linear, "onnx"));
        double cursor = Sequence((await UntilAsync(0, entry => entry.Subject == first.JobId && entry.Type == "job.ended"))[^1]);
        var waiting = UntilAsync(cursor, entry => entry.Type == "job.ended" && entry.Data.State == JobState.Success && entry.Subject != first.JobId, "job.ended");
        var second = await _hub.SucceedAsync(Compile(fixture.Assets.Linear, "onnx"));
        var events = await waiting;
        Assert.All(events, entry => Assert.True(Sequence(entry) > cursor && entry.Type == "job.ended", entry.ToString()));
        Assert.Contains(await UntilAsync(cursor, entry => entry.Subject == second.JobId && entry.Type == "job.ended"), entry => entry.Subject == second.JobId && entry.Type == "job.created");
    }

    [Fact]
    public async Task Watch_ByAnotherOrganization_SeesNothingOfTheFirst()
    {
        await _hub.SucceedAsync(Compile(fixture.Assets.Linear, "onnx"));
        var organization = await _hub.Client.CreateOrganizationAsync(new CreateOrganizationRequest { Name = "strangers" });
        var token = await _hub.Client.CreateTokenAsync(new CreateTokenRequest { Name = "theirs", OrganizationId = organization.OrganizationId });
        using var call = _hub.ClientWith(token.Secret).WatchEvents(new WatchEventsRequest { Once = true });
        Assert.False(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(-1, "job.ended")]
    [InlineData(0.5, "job.ended")]
    [InlineData(double.NaN, "job.ended")]
    [InlineData(0, "job.exploded")]
    public async Task Watch_WithACursorOrATypeThatCannotBe_IsRefused(double after, string type) => Assert.Equal(
        FailureCode.ArgumentInvalid,
        await RefusedAsync(async () =>
        {
            using var call = _hub.Client.WatchEvents(new WatchEventsRequest { AfterSeq = after, Types_ = { type }, Once = true });
            await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
        }));

    [Fact]
    public async Task Example_StartedAgain_GoesOnBehindItsCursor()
    {
        await Python.RequireAsync("json");
        await _hub.SucceedAsync(Compile(fixture.Assets.Linear, "onnx"));
        using var folder = new TempFolder();
        string program = RepositoryRoot.Combine("clients", "examples", "python", "follow_events.py");
        string[] arguments = [$"http://127.0.0.1:{_hub.HttpPort}", _hub.Token, folder.File("cursor"), "2"];
        string first = await Python.RunAsync(program, arguments), second = await Python.RunAsync(program, arguments);
        Assert.Equal(["1", "2", "3", "4"], (first + second).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]));
    }

    private static double Sequence(CloudEvent entry) => double.Parse(entry.Sequence, CultureInfo.InvariantCulture);

    private async Task<List<CloudEvent>> UntilAsync(double after, Func<CloudEvent, bool> last, params string[] types)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(120));
        using var call = _hub.Client.WatchEvents(new WatchEventsRequest { AfterSeq = after, Types_ = { types } }, cancellationToken: patience.Token);
        var events = new List<CloudEvent>();
        while (await call.ResponseStream.MoveNext(patience.Token))
        {
            events.Add(call.ResponseStream.Current);
            if (last(events[^1]))
            {
                return events;
            }
        }

        throw new InvalidOperationException("the stream ended");
    }
}
