using Grpc.Core;
using Platform.Contracts.Hub.V1;
using TestKit.Hub;
using HubClient = Platform.Contracts.Hub.V1.Hub.HubClient;

namespace Platform.Chaos.Tests;

/// <summary>An organization of its own on a hub: its token, its model, and what became of its jobs.</summary>
internal sealed class Tenant
{
    private const int AtOnce = 32;

    private readonly string _model;
    private double _cursor;

    private Tenant(HubClient client, string id, string token, string model) => (Client, Id, Token, _model) = (client, id, token, model);

    public HubClient Client { get; }

    public string Id { get; }

    public string Token { get; }

    /// <summary>Jobs in the order in which they were asked for.</summary>
    public Dictionary<string, int> Jobs { get; } = [];

    /// <summary>Submissions that were refused for their rate, each tried again when it was told to.</summary>
    public int Refused { get; private set; }

    public static async Task<Tenant> MakeAsync(HubProcess hub, string name)
    {
        var organization = await hub.Client.CreateOrganizationAsync(new CreateOrganizationRequest { Name = name });
        string token = (await hub.Client.CreateTokenAsync(new CreateTokenRequest { Name = name, OrganizationId = organization.OrganizationId })).Secret;
        var client = hub.ClientWith(token);
        byte[] bytes = Models.Linear(1, 60);
        var created = await client.CreateModelAsync(new CreateModelRequest { Name = "m", Filename = "m.onnx", SizeBytes = bytes.Length });
        await hub.PutAsync(created.Upload, bytes);
        await client.CompleteModelAsync(new CompleteModelRequest { ModelId = created.Model.ModelId });
        await Until.TrueAsync(async () => (await client.GetModelAsync(new GetModelRequest { ModelId = created.Model.ModelId })).State == AssetState.Ready, TimeSpan.FromSeconds(60), () => "the model does not become ready");
        return new Tenant(client, organization.OrganizationId, token, created.Model.ModelId);
    }

    /// <summary>Submits so many jobs, as fast as they are taken.</summary>
    public Task FloodAsync(int count)
    {
        int next = 0;
        return Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            for (int i = Interlocked.Increment(ref next); i <= count; i = Interlocked.Increment(ref next))
            {
                await SubmitAsync(i);
            }
        }));
    }

    public async Task<string> SubmitAsync(int number)
    {
        while (true)
        {
            try
            {
                var job = await Client.SubmitJobAsync(new SubmitJobRequest { Spec = new JobSpec { Profile = new ProfileSpec { ModelId = _model, Device = new DeviceSelector { Name = TestHost.DeviceName } } }, IdempotencyKey = $"{number}" });
                lock (Jobs)
                {
                    Jobs[job.JobId] = number;
                }

                return job.JobId;
            }
            catch (RpcException refused) when (refused.StatusCode == StatusCode.ResourceExhausted)
            {
                Refused++;
                double seconds = double.Parse(refused.Trailers.GetValue("retry-after") ?? throw new InvalidOperationException("a refusal without a time to wait"), System.Globalization.CultureInfo.InvariantCulture);
                await ChaosRun.PauseAsync(seconds);
            }
        }
    }

    /// <summary>Waits until all have ended: each once, with success.</summary>
    public async Task AllEndOnceAsync(TimeSpan patience)
    {
        var ends = new Dictionary<string, int>();
        await Until.TrueAsync(
            async () =>
            {
                try
                {
                    await ReadAsync(ends);
                }
                catch (RpcException away) when (away.StatusCode is StatusCode.Unavailable or StatusCode.ResourceExhausted)
                {
                    // The connection comes back; the cursor knows where to go on.
                    return false;
                }

                await ChaosRun.PauseAsync(0.5);
                return ends.Count == Jobs.Count;
            },
            patience,
            () => $"{Jobs.Count - ends.Count} of {Jobs.Count} jobs have not ended");
        Assert.All(ends, end => Assert.Equal(1, end.Value));
    }

    private async Task ReadAsync(Dictionary<string, int> ends)
    {
        using var log = Client.WatchEvents(new WatchEventsRequest { AfterSeq = _cursor, Types_ = { "job.ended" }, Once = true });
        while (await log.ResponseStream.MoveNext(CancellationToken.None))
        {
            var ended = log.ResponseStream.Current;
            _cursor = double.Parse(ended.Sequence, System.Globalization.CultureInfo.InvariantCulture);
            if (Jobs.ContainsKey(ended.Subject))
            {
                Assert.Equal(JobState.Success, ended.Data.State);
                ends[ended.Subject] = ends.GetValueOrDefault(ended.Subject) + 1;
            }
        }
    }
}
