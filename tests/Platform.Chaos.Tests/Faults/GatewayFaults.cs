using System.Net.Http.Headers;
using Grpc.Core;
using Platform.Contracts.Hub.V1;
using TestKit.Hub;
using TestKit.Servers;
using static TestKit.Hub.HubCalls;

namespace Platform.Chaos.Tests.Faults;

/// <summary>The public door: its death at the worst moment, and bytes that do not arrive as they were sent.</summary>
internal static class GatewayFaults
{
    private static readonly int s_uploadBytes = (int.TryParse(Environment.GetEnvironmentVariable("HUB_UPLOAD_MB"), out int size) ? size : 1024) << 20;

    public static async Task KilledBetweenCommitAndReplyAsync(ChaosRun run)
    {
        var gateway = run.Farm["gateway0"];
        string file = await CrashPoints.ArmAsync(run, gateway);
        await File.WriteAllTextAsync(file, "job.inserted");
        var request = new SubmitJobRequest { Spec = run.Assets.Convert("quick"), IdempotencyKey = $"torn-{run.Number}", BypassCache = true, Name = "torn" };
        var error = await Assert.ThrowsAsync<RpcException>(async () => await run.Gateway(0).SubmitJobAsync(request));
        await gateway.WaitForEndAsync(TimeSpan.FromSeconds(10));
        run.Lifted();
        var job = await run.Gateway(1).SubmitJobAsync(request);
        Assert.Equal(job.JobId, (await run.Gateway(1).SubmitJobAsync(request)).JobId);
        await gateway.RestartAsync();
        Assert.Equal(job.JobId, (await run.Gateway(0).SubmitJobAsync(request)).JobId);
        Assert.Single((await run.Hub.Client.ListJobsAsync(new ListJobsRequest { Limit = 50 })).Jobs, one => one.Name == "torn" && one.CreatedAt >= job.CreatedAt);
        run.Keep(request, job);
        run.Say($"the client saw {error.StatusCode}");
    }

    public static async Task KilledDuringUploadAsync(ChaosRun run)
    {
        byte[] bytes = new byte[s_uploadBytes];
        new Random(run.Number).NextBytes(bytes);
        var created = await run.Hub.Client.CreateModelAsync(new CreateModelRequest { Name = "large", Filename = "large.bin", SizeBytes = bytes.Length });
        var artifact = run.Farm["artifact0"];
        using var stop = new CancellationTokenSource();
        var sending = SendAsync(run.Hub, created.Upload, bytes, stop.Token);
        await ChaosRun.UntilAsync(async () => (await UploadAsync(run, created)).PartsReceived.Count > 3, 120, "the upload does not begin");
        await artifact.KillAsync();
        run.Lifted();
        await stop.CancelAsync();
        await sending;
        await artifact.StartAsync();
        Assert.Equal(AssetState.Uploading, (await run.Hub.Client.GetModelAsync(new GetModelRequest { ModelId = created.Model.ModelId })).State);
        await Assert.ThrowsAsync<RpcException>(async () => await run.Hub.Client.DownloadModelAsync(new DownloadModelRequest { ModelId = created.Model.ModelId }));
        var upload = await UploadAsync(run, created);
        int parts = (int)((bytes.Length - 1) / upload.PartBytes) + 1;
        Assert.InRange(upload.PartsReceived.Count, 1, parts - 1);
        run.Say($"{upload.PartsReceived.Count} of {parts} parts were there after the kill");
        foreach (int part in Enumerable.Range(0, parts).Except(upload.PartsReceived))
        {
            using var answer = await run.Hub.PutPartAsync(upload, part, bytes);
            Assert.True(answer.IsSuccessStatusCode, $"part {part}: {answer.StatusCode}");
        }

        await run.Hub.Client.CompleteModelAsync(new CompleteModelRequest { ModelId = created.Model.ModelId, Sha256 = Sha256(bytes) });
        var model = await run.Hub.SettledModelAsync(created.Model.ModelId);
        Assert.Equal(Sha256(bytes), model.Sha256);
        await run.Hub.Client.DeleteModelAsync(new DeleteModelRequest { ModelId = created.Model.ModelId });
    }

    /// <summary>A flipped bit, a short part, a long part, and what they leave on the disk, up to an unfinished upload's end of life.</summary>
    public static async Task UploadDamagedAsync(ChaosRun run)
    {
        using var clock = WrongClock.Require();
        await using var hub = await HubProcess.StartAsync([.. clock.Settings, ("Artifact:GarbageInterval", "00:00:02")]);
        run.Use(hub);
        run.Probe = Compile(await hub.UploadModelAsync("quick.onnx", Models.Linear(1, 50)), "onnx");
        string[] before = Files(hub);
        await using var proxy = new TcpProxy(hub.HttpPort);
        byte[] bytes = Models.Heavy();

        proxy.ToServer.FlipAt = 200_000;
        var flipped = await hub.Client.CreateModelAsync(new CreateModelRequest { Name = "flipped", Filename = "flipped.onnx", SizeBytes = bytes.Length });
        using (var answer = await PutAsync(hub, flipped.Upload, bytes, proxy.Port))
        {
            Assert.True(answer.IsSuccessStatusCode, "nobody can see a flipped bit before the hash is known");
        }

        proxy.Mend();
        Assert.Equal(FailureCode.UploadHashMismatch, await RefusedAsync(async () => await hub.Client.CompleteModelAsync(new CompleteModelRequest { ModelId = flipped.Model.ModelId, Sha256 = Sha256(bytes) })));
        await Assert.ThrowsAsync<RpcException>(async () => await hub.Client.DownloadModelAsync(new DownloadModelRequest { ModelId = flipped.Model.ModelId }));
        await ChaosRun.UntilAsync(() => Task.FromResult(Files(hub).Length == before.Length), 20, "the flipped upload stays on the disk");

        var other = await hub.Client.CreateModelAsync(new CreateModelRequest { Name = "other", Filename = "other.onnx", SizeBytes = bytes.Length - 1000 });
        using (var answer = await PutAsync(hub, other.Upload, bytes[..^1000], hub.HttpPort))
        {
            Assert.True(answer.IsSuccessStatusCode);
        }

        Assert.Equal(FailureCode.UploadHashMismatch, await RefusedAsync(async () => await hub.Client.CompleteModelAsync(new CompleteModelRequest { ModelId = other.Model.ModelId, Sha256 = Sha256(bytes) })));

        proxy.ToServer.Limit = 200_000;
        var cut = await hub.Client.CreateModelAsync(new CreateModelRequest { Name = "cut", Filename = "cut.onnx", SizeBytes = bytes.Length });
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => PutAsync(hub, cut.Upload, bytes, proxy.Port));
        Assert.Equal(FailureCode.UploadIncomplete, await RefusedAsync(async () => await hub.Client.CompleteModelAsync(new CompleteModelRequest { ModelId = cut.Model.ModelId, Sha256 = Sha256(bytes) })));

        proxy.Mend();
        var longer = await hub.Client.CreateModelAsync(new CreateModelRequest { Name = "longer", Filename = "longer.onnx", SizeBytes = bytes.Length - 1000 });
        using (var answer = await PutAsync(hub, longer.Upload, bytes, hub.HttpPort))
        {
            Assert.False(answer.IsSuccessStatusCode, "a part that is too long was taken");
        }

        Assert.Equal(FailureCode.UploadIncomplete, await RefusedAsync(async () => await hub.Client.CompleteModelAsync(new CompleteModelRequest { ModelId = longer.Model.ModelId })));
        run.Lifted();
        await run.EndAsync(await run.SubmitAsync(run.Probe));

        // An unfinished upload lives a day.
        clock.Set(TimeSpan.FromHours(25));
        await ChaosRun.UntilAsync(() => Task.FromResult(Files(hub).All(file => !file.Contains(cut.Upload.UploadId, StringComparison.Ordinal) && !file.Contains(longer.Upload.UploadId, StringComparison.Ordinal))), 30, $"left: {string.Join(' ', Files(hub))}");
        clock.Set(TimeSpan.Zero);
    }

    private static string[] Files(HubProcess hub) => Directory.GetFiles(Path.Combine(hub.Data, "blobs"), "*", SearchOption.AllDirectories);

    private static async Task<HttpResponseMessage> PutAsync(HubProcess hub, Upload upload, byte[] bytes, int port)
    {
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return await hub.Http.PutAsync(new UriBuilder(PartUrl(upload, 0)) { Port = port }.Uri, content);
    }

    private static Task<Upload> UploadAsync(ChaosRun run, CreatedModel created) => run.PersistAsync(client => client.GetUploadAsync(new GetUploadRequest { UploadId = created.Upload.UploadId }));

    private static async Task SendAsync(HubProcess hub, Upload upload, byte[] bytes, CancellationToken stop)
    {
        try
        {
            for (int part = 0; part < (int)((bytes.Length - 1) / upload.PartBytes) + 1 && !stop.IsCancellationRequested; part++)
            {
                using var answer = await hub.PutPartAsync(upload, part, bytes);
            }
        }
        catch (HttpRequestException)
        {
            // That is the kill.
            return;
        }
    }
}
