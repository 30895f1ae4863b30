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
        Assert.Single((await run.PersistAsync(client => client.ListJobsAsync(new ListJobsRequest { Limit = 50 }))).Jobs, one => one.Name == "torn" && one.CreatedAt >= job.CreatedAt);
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
        await run.UseAsync(hub);
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
        await run.EndAsync(await run.SubmitAsync(run.Probe!));
        await run.FinishAsync();

        // An unfinished upload lives a day.
        clock.Set(TimeSpan.FromHours(25));
        await ChaosRun.UntilAsync(() => Task.FromResult(Files(hub).All(file => !file.Contains(cut.Upload.UploadId, StringComparison.Ordinal) && !file.Contains(longer.Upload.UploadId, StringComparison.Ordinal))), 30, $"left: {string.Join(' ', Files(hub))}");
        clock.Set(TimeSpan.Zero);
    }

    public static async Task DiskFullAsync(ChaosRun run)
    {
        using var folder = new TestKit.TempFolder();
        string blobs = Directory.CreateDirectory(folder.File("blobs")).FullName;
        var mounted = await TestKit.ProcessRun.RunAsync("/bin/mount", ["-t", "tmpfs", "-o", "size=96m", "tmpfs", blobs]);
        Assert.True(mounted.ExitCode == 0, $"a small disk cannot be mounted here: {mounted.Error}");
        try
        {
            await using var hub = await HubProcess.StartAsync([("Artifact:Folder", blobs), ("Limits:disk_reserve_bytes", $"{16 << 20}"), .. Stages.Quick.Select(pair => (pair.Key, pair.Value))]);
            await run.UseAsync(hub);
            await FillAsync(run, hub, blobs);
            await run.FinishAsync();
        }
        finally
        {
            await TestKit.ProcessRun.RunAsync("/bin/umount", ["-l", blobs]);
        }
    }

    private static async Task FillAsync(ChaosRun run, HubProcess hub, string blobs)
    {
        var organization = await hub.Client.CreateOrganizationAsync(new CreateOrganizationRequest { Name = "filler" });
        var filler = hub.ClientWith((await hub.Client.CreateTokenAsync(new CreateTokenRequest { Name = "filler", OrganizationId = organization.OrganizationId })).Secret);

        // Each fits alone; together they do not.
        var uploads = new List<CreatedModel>();
        for (int i = 0; i < 4; i++)
        {
            uploads.Add(await filler.CreateModelAsync(new CreateModelRequest { Name = "large", Filename = "large.bin", SizeBytes = 40 << 20 }));
        }

        byte[] bytes = new byte[40 << 20];
        int refused = 0;
        foreach (var created in uploads)
        {
            for (int part = 0; part * created.Upload.PartBytes < bytes.Length; part++)
            {
                using var answer = await hub.PutPartAsync(created.Upload, part, bytes);
                refused += answer.IsSuccessStatusCode ? 0 : 1;
                Assert.True(answer.IsSuccessStatusCode || (await answer.Content.ReadAsStringAsync()).Contains("DISK_FULL", StringComparison.Ordinal), $"{answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            }
        }

        Assert.True(refused > 0, "everything fitted");
        var error = await Assert.ThrowsAsync<RpcException>(async () => await filler.CreateModelAsync(new CreateModelRequest { Name = "more", Filename = "more.bin", SizeBytes = 40 << 20 }));
        Assert.Equal((StatusCode.ResourceExhausted, FailureCode.DiskFull), (error.StatusCode, FailureOf(error).Code));

        // Others go on: what they need is small, and the reserve is theirs.
        await run.EndAsync(await run.SubmitAsync(run.Probe!));
        Assert.Equal("Healthy", await hub.Http.GetStringAsync(new Uri($"http://127.0.0.1:{hub.HttpPort}/ready")));

        // Something else takes the rest.
        string rest = Path.Combine(blobs, "rest");
        await TestKit.ProcessRun.RunAsync("/bin/dd", ["if=/dev/zero", $"of={rest}", "bs=64k"]);
        Assert.Equal("Degraded", await hub.Http.GetStringAsync(new Uri($"http://127.0.0.1:{hub.HttpPort}/ready")));
        string waits = await run.SubmitAsync(run.Probe!);
        Assert.NotEmpty((await hub.Client.ListJobsAsync(new ListJobsRequest { Limit = 5 })).Jobs);
        await ChaosRun.PauseAsync(2);
        File.Delete(rest);
        run.Lifted();
        await ChaosRun.UntilAsync(async () => await hub.Http.GetStringAsync(new Uri($"http://127.0.0.1:{hub.HttpPort}/ready")) == "Healthy", 10, "it does not recover by itself");
        await run.EndAsync(waits);
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
