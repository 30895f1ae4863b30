using System.Net;
using System.Net.Http.Headers;
using Platform.Contracts.Hub.V1;
using Platform.Host.Tests.Hosting;
using TestKit.Hub;
using static TestKit.Hub.HubCalls;

namespace Platform.Host.Tests;

/// <summary>Bytes on their way in and out.</summary>
public sealed class UploadTests(HubFixture fixture)
{
    private const int Large = 40 << 20;
    private readonly HubProcess _hub = fixture.Hub;

    [Fact]
    public async Task Parts_InAnyOrderAndTwice_MakeTheSameBytes()
    {
        byte[] bytes = Noise();
        var created = await CreateAsync(bytes.Length);
        foreach (int part in new[] { 2, 0, 2, 1 })
        {
            Assert.True((await _hub.PutPartAsync(created.Upload, part, bytes)).IsSuccessStatusCode);
        }

        var model = await CompleteAsync(created, bytes);

        // Noise is no model: the hub keeps the bytes' hash, and says what is wrong with them.
        Assert.Equal(AssetState.AssetFailed, model.State);
        Assert.Equal(FailureCode.ModelUnreadable, model.Failure.Code);
    }

    [Fact]
    public async Task CutUpload_ResumesWithTheMissingParts()
    {
        byte[] bytes = Noise();
        var created = await CreateAsync(bytes.Length);
        Assert.True((await _hub.PutPartAsync(created.Upload, 0, bytes)).IsSuccessStatusCode);

        // A part that ends early is not a part, whether it is refused at once or, by object storage, only not counted.
        using var half = new ByteArrayContent(bytes, (int)created.Upload.PartBytes, 1000);
        using var answer = await _hub.Http.PutAsync(new Uri(PartUrl(created.Upload, 1)), half);
        Assert.True(HubFixture.IsDistributed || !answer.IsSuccessStatusCode, $"{answer.StatusCode}");
        var upload = await _hub.Client.GetUploadAsync(new GetUploadRequest { UploadId = created.Upload.UploadId });
        Assert.Equal([0], upload.PartsReceived);
        Assert.True((await _hub.PutPartAsync(upload, 1, bytes)).IsSuccessStatusCode);
        Assert.True((await _hub.PutPartAsync(upload, 2, bytes)).IsSuccessStatusCode);
        Assert.Equal(AssetState.AssetFailed, (await CompleteAsync(created, bytes)).State);
    }

    [Fact]
    public async Task Complete_BeforeAllPartsAreThere_IsRefused()
    {
        byte[] bytes = Noise();
        var created = await CreateAsync(bytes.Length);
        await _hub.PutPartAsync(created.Upload, 1, bytes);
        Assert.Equal(FailureCode.UploadIncomplete, await RefusedAsync(async () => await _hub.Client.CompleteModelAsync(new CompleteModelRequest { ModelId = created.Model.ModelId })));
    }

    [Fact]
    public async Task Complete_WithAnotherHash_IsRefused()
    {
        byte[] bytes = Models.Linear(1, 3);
        var created = await CreateAsync(bytes.Length);
        await _hub.PutAsync(created.Upload, bytes);
        Assert.Equal(FailureCode.UploadHashMismatch, await RefusedAsync(async () =>
            await _hub.Client.CompleteModelAsync(new CompleteModelRequest { ModelId = created.Model.ModelId, Sha256 = new string('0', 64) })));
    }

    [Fact]
    public async Task Put_WithAForgedAddress_IsForbidden()
    {
        byte[] bytes = Models.Linear(1, 4);
        var created = await CreateAsync(bytes.Length);
        string url = PartUrl(created.Upload, 0);
        string forged = url[..^2] + (url[^2..] == "00" ? "11" : "00");
        using var content = new ByteArrayContent(bytes);
        using var answer = await _hub.Http.PutAsync(new Uri(forged), content);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Create_LargerThanTheLimitOrTheDisk_IsRefusedBeforeAnyByte()
    {
        Assert.Equal(FailureCode.TooLarge, await RefusedAsync(() => CreateAsync(40e9)));
        Assert.Equal(FailureCode.ArgumentInvalid, await RefusedAsync(() => CreateAsync(0)));
    }

    [Fact]
    public async Task Download_OfARange_GivesThoseBytes()
    {
        byte[] bytes = Models.Linear(1, 5);
        string id = await _hub.UploadModelAsync("range.onnx", bytes);
        var download = await _hub.Client.DownloadModelAsync(new DownloadModelRequest { ModelId = id });
        using var request = new HttpRequestMessage(HttpMethod.Get, download.Url);
        request.Headers.Range = new RangeHeaderValue(10, 19);
        using var answer = await _hub.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(bytes[10..20], await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(Sha256(bytes), download.Sha256);
    }

    [Fact]
    public async Task Delete_TheLastModelWithTheBytes_RemovesThem()
    {
        byte[] bytes = Models.Linear(1, 6);
        string first = await _hub.UploadModelAsync("twin.onnx", bytes);
        string second = await _hub.UploadModelAsync("twin.onnx", bytes);
        await _hub.Client.DeleteModelAsync(new DeleteModelRequest { ModelId = first });
        var download = await _hub.Client.DownloadModelAsync(new DownloadModelRequest { ModelId = second });
        Assert.Equal(bytes, await _hub.DownloadAsync(download));
        await _hub.Client.DeleteModelAsync(new DeleteModelRequest { ModelId = second });
        await Until.TrueAsync(
            async () =>
            {
                await _hub.Client.CollectGarbageAsync(new CollectGarbageRequest());
                return await AreGoneAsync(bytes, download);
            },
            TimeSpan.FromSeconds(20),
            () => "the bytes are still there");
    }

    private async Task<bool> AreGoneAsync(byte[] bytes, Download download)
    {
        using var answer = await _hub.Http.GetAsync(new Uri(download.Url));
        string folder = Path.Combine(_hub.Data, "blobs");
        return answer.StatusCode == HttpStatusCode.NotFound
            && (HubFixture.IsDistributed || !Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Any(file => new FileInfo(file).Length == bytes.Length && File.ReadAllBytes(file).SequenceEqual(bytes)));
    }

    private static byte[] Noise()
    {
        byte[] bytes = new byte[Large];
        new Random(5).NextBytes(bytes);
        return bytes;
    }

    private async Task<CreatedModel> CreateAsync(double size) =>
        await _hub.Client.CreateModelAsync(new CreateModelRequest { Name = "upload", Filename = "upload.onnx", SizeBytes = size });

    private async Task<Model> CompleteAsync(CreatedModel created, byte[] bytes)
    {
        await _hub.Client.CompleteModelAsync(new CompleteModelRequest { ModelId = created.Model.ModelId, Sha256 = Sha256(bytes) });
        return await _hub.SettledModelAsync(created.Model.ModelId);
    }
}
