using System.Globalization;
using System.Net;
using Grpc.Core;
using Platform.Contracts.Hub.V1;
using TestKit.Hub;
using static TestKit.Hub.HubCalls;

namespace Platform.Host.Tests;

/// <summary>What an organization may use of the hub, and how it is told that it has.</summary>
public sealed class RateLimitTests
{
    [Fact]
    public async Task Calls_BeyondTheLimit_AreRefusedWithTheTimeToWait_OfThatOrganizationOnly()
    {
        await using var hub = await HubProcess.StartAsync(("Limits:calls_per_second", "5"), ("Limits:call_burst", "2000"), ("Limits:open_streams", "2"), ("Limits:unfinished_jobs", "1"));
        var mine = await NewcomerAsync(hub, "fast");
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                await mine.Client.GetMeAsync(new GetMeRequest());
            }
        });
        Assert.Equal((StatusCode.ResourceExhausted, FailureCode.RateLimited), (error.StatusCode, FailureOf(error).Code));
        Assert.InRange(await ToldToWaitAsync(mine.Client), 1, 2);
        Assert.NotEqual(await ToldToWaitAsync(mine.Client), await ToldToWaitAsync(mine.Client));
        using var answer = await RefusedAsync(hub, mine.Token);
        Assert.True(answer.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1));
        var others = await NewcomerAsync(hub, "slow");
        await others.Client.GetMeAsync(new GetMeRequest());
        await Until.TrueAsync(async () => (await RestAsync(hub, mine.Token)).IsSuccessStatusCode, TimeSpan.FromSeconds(60), () => "it never heals");
        await StreamsAsync(others.Client);
    }

    [Fact]
    public async Task Jobs_BeyondTheQuota_AreRefusedUntilThereIsRoom()
    {
        await using var hub = await HubProcess.StartAsync(("Limits:unfinished_jobs", "2"));
        string model = await hub.UploadModelAsync("linear.onnx", Models.Linear(1));
        await hub.Client.DrainAsync(new DrainRequest { Part = FarmPart.BuildNode, Id = "embedded" });
        RpcException? refused = null;
        var jobs = new List<Job>();
        for (int i = 0; i < 200 && refused is null; i++)
        {
            try
            {
                jobs.Add(await hub.SubmitAsync(Compile(model, "onnx"), bypassCache: true));
                await Until.TrueAsync(async () => (await hub.Client.ListQueuesAsync(new ListQueuesRequest())).Queues.Sum(queue => queue.Waiting) == jobs.Count, TimeSpan.FromSeconds(60), () => hub.Log);
            }
            catch (RpcException error)
            {
                refused = error;
            }
        }

        Assert.Equal(FailureCode.LimitReached, FailureOf(refused!).Code);
        Assert.NotNull(refused!.Trailers.GetValue("retry-after"));
        foreach (var job in jobs)
        {
            await hub.Client.CancelJobAsync(new CancelJobRequest { JobId = job.JobId });
        }

        await Until.TrueAsync(
            async () =>
            {
                try
                {
                    await hub.SubmitAsync(Compile(model, "onnx"), bypassCache: true);
                    return true;
                }
                catch (RpcException error) when (FailureOf(error).Code == FailureCode.LimitReached)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(60),
            () => "there is no room after the jobs have ended");
    }

    // Nothing happens in this organization, so streams stay silent; whichever of three comes last is refused.
    private static async Task StreamsAsync(Contracts.Hub.V1.Hub.HubClient client)
    {
        using var one = client.WatchEvents(new WatchEventsRequest());
        using var two = client.WatchEvents(new WatchEventsRequest());
        using var three = client.WatchEvents(new WatchEventsRequest());
        var cancellation = TestContext.Current.CancellationToken;
        var ended = await Task.WhenAny(one.ResponseStream.MoveNext(cancellation), two.ResponseStream.MoveNext(cancellation), three.ResponseStream.MoveNext(cancellation));
        var refused = await Assert.ThrowsAsync<RpcException>(() => ended);
        Assert.Equal(FailureCode.RateLimited, FailureOf(refused).Code);
    }

    private static async Task<(Contracts.Hub.V1.Hub.HubClient Client, string Token)> NewcomerAsync(HubProcess hub, string name)
    {
        var organization = await hub.Client.CreateOrganizationAsync(new CreateOrganizationRequest { Name = name });
        var token = await hub.Client.CreateTokenAsync(new CreateTokenRequest { Name = name, OrganizationId = organization.OrganizationId });
        return (hub.ClientWith(token.Secret), token.Secret);
    }

    // A refused call is told its own time, so that those that were refused together do not come back together.
    private static async Task<double> ToldToWaitAsync(Contracts.Hub.V1.Hub.HubClient client)
    {
        for (int i = 0; i < 500; i++)
        {
            try
            {
                await client.GetMeAsync(new GetMeRequest());
            }
            catch (RpcException refused)
            {
                return double.Parse(refused.Trailers.GetValue("retry-after")!, CultureInfo.InvariantCulture);
            }
        }

        throw new InvalidOperationException("500 calls were let in");
    }

    // A slow machine lets a call or two through: five a second are allowed.
    private static async Task<HttpResponseMessage> RefusedAsync(HubProcess hub, string token)
    {
        for (int i = 0; i < 500; i++)
        {
            var answer = await RestAsync(hub, token);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                return answer;
            }

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            answer.Dispose();
        }

        throw new InvalidOperationException("500 calls were let in");
    }

    private static async Task<HttpResponseMessage> RestAsync(HubProcess hub, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{hub.HttpPort}/v1/me");
        request.Headers.Add("Authorization", $"token {token}");
        return await hub.Http.SendAsync(request);
    }
}
