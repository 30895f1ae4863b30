using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Platform.Contracts.Hub.V1;
using Platform.Transfers;
using TestKit;
using TestKit.Hub;

namespace PlatformBench;

/// <summary>An upload in parts whose hash is checked before it counts, against a bare Kestrel that writes one PUT to the same disk.</summary>
internal static class UploadSpeed
{
    private const int Megabytes = 1024;
    private const int Rounds = 3;

    public static async Task RunAsync(Report report)
    {
        using var folder = new TempFolder();
        string file = folder.File("large.bin");
        Write(file);
        await using var hub = await HubProcess.StartAsync();
        var ours = new List<double>();
        var bare = new List<double>();
        for (int i = 0; i < Rounds; i++)
        {
            ours.Add(await UploadAsync(hub, file));
            bare.Add(await BareAsync(hub, file, folder.File("bare.bin")));
        }

        double rate = ours.Order().ElementAt(Rounds / 2);
        double peer = bare.Order().ElementAt(Rounds / 2);
        Report.Figure("upload in parts with its hash checked", rate, "MiB/s", "at least 400 MiB/s");
        Report.Peer("bare Kestrel PUT to the disk", peer, "MiB/s");
        report.Gate("ratio at least 0.6", rate >= 0.6 * peer, $"{rate / peer:0.00}");
    }

    private static void Write(string path)
    {
        byte[] part = new byte[1 << 20];
        new Random(3).NextBytes(part);
        using var stream = File.Create(path);
        for (int i = 0; i < Megabytes; i++)
        {
            part[0] = (byte)i;
            stream.Write(part);
        }
    }

    // Until the artifact service has verified the hash; the look at the model afterwards is not part of it.
    private static async Task<double> UploadAsync(HubProcess hub, string file)
    {
        long began = Stopwatch.GetTimestamp();
        var created = await hub.Client.CreateDatasetAsync(new CreateDatasetRequest { Name = "large", Filename = "large.npz", SizeBytes = new FileInfo(file).Length });
        await new BlobUploader(hub.Http, TimeProvider.System).UploadAsync(file, new UploadTarget(created.Upload.Url, created.Upload.PartUrls, (long)created.Upload.PartBytes), [], null, CancellationToken.None);
        var committed = hub.Client.CompleteDatasetAsync(new CompleteDatasetRequest { DatasetId = created.Dataset.DatasetId }).ResponseAsync;
        await Until.TrueAsync(
            async () => (await hub.Client.GetDatasetAsync(new GetDatasetRequest { DatasetId = created.Dataset.DatasetId })).Sha256.Length > 0,
            TimeSpan.FromMinutes(2),
            () => "the upload is not committed");
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await committed;
        await hub.Client.DeleteDatasetAsync(new DeleteDatasetRequest { DatasetId = created.Dataset.DatasetId });
        return Megabytes / seconds;
    }

    private static async Task<double> BareAsync(HubProcess hub, string file, string target)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Limits.MaxRequestBodySize = null).UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapPut("/blob", async (HttpRequest request) =>
        {
            await using var stream = new FileStream(target, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
            await request.Body.CopyToAsync(stream, 1 << 20);
            stream.Flush(flushToDisk: true);
        });
        await app.StartAsync();
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        long began = Stopwatch.GetTimestamp();
        using var content = new StreamContent(File.OpenRead(file), 1 << 20);
        using var answer = await hub.Http.PutAsync(new Uri(address + "/blob"), content);
        Assert.True(answer.IsSuccessStatusCode);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        File.Delete(target);
        return Megabytes / seconds;
    }
}
