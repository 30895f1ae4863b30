using System.Net;
using System.Net.Http.Headers;
using Platform.Artifact.Blobs;

namespace Platform.Artifact.Tests;

public sealed class S3BlobFilesTests(S3Fixture fixture) : BlobFilesConformance
{
    private S3Client? _client;
    private HttpClient? _http;

    // A server that the tests did not start has S3's own smallest part.
    protected override int Part => Environment.GetEnvironmentVariable("HUB_TEST_S3") is { Length: > 0 } ? 5 << 20 : 64 << 10;

    protected override int Stride => 3;

    private protected override async Task<IBlobFiles> CreateAsync()
    {
        var options = await fixture.OptionsAsync();
        return new S3BlobFiles(_client = new S3Client(options, TimeProvider.System), options, _http = new HttpClient(), TimeProvider.System);
    }

    [Fact]
    public async Task SignedPart_TakesTheBytesWithoutUs_AndNoOtherPart()
    {
        var upload = await BeginAsync("u1");
        var address = new Uri(Files.SignPart(upload, 1)!);
        using (var answer = await _http!.PutAsync(address, new ByteArrayContent(Bytes, Part, Part), Cancellation))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        using var forged = await _http.PutAsync(new Uri(address.AbsoluteUri.Replace("partNumber=2", "partNumber=1", StringComparison.Ordinal)), new ByteArrayContent(Bytes, 0, Part), Cancellation);
        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
        Assert.Equal([1], await Files.PartsAsync(upload, Cancellation));
    }

    [Fact]
    public async Task SignedPart_OfAnotherLength_IsNoPart()
    {
        var upload = await BeginAsync("u1");
        using var answer = await _http!.PutAsync(new Uri(Files.SignPart(upload, 0)!), new ByteArrayContent(Bytes, 0, Part - 1), Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(await Files.PartsAsync(upload, Cancellation));
    }

    [Fact]
    public async Task SignedDownload_AnswersRanges_AndNamesTheFile()
    {
        await PutAsync("u1", 2, 0, 1);
        var blob = await CommitAsync("u1");
        using var request = new HttpRequestMessage(HttpMethod.Get, Files.SignDownload("org", blob, "ein Modell.onnx", TimeProvider.System.GetUtcNow().AddMinutes(5)));
        request.Headers.Range = new RangeHeaderValue(Part - 1, Part + 1);
        using var answer = await _http!.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(Bytes[(Part - 1)..(Part + 2)], await answer.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal("ein Modell.onnx", answer.Content.Headers.ContentDisposition!.FileNameStar);
    }

    [Fact]
    public async Task SignedDownload_AfterItsEnd_IsRefused()
    {
        await PutAsync("u1", 2, 0, 1);
        string address = Files.SignDownload("org", await CommitAsync("u1"), "", TimeProvider.System.GetUtcNow().AddSeconds(-5))!;
        Assert.True((await _http!.GetAsync(new Uri(address), Cancellation)).StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Server_ThatIsAway_IsACodedError()
    {
        var options = new S3Options { Endpoint = "http://127.0.0.1:1", AccessKey = "a", SecretKey = "s", Bucket = "b" };
        using var client = new S3Client(options, TimeProvider.System);
        var files = new S3BlobFiles(client, options, _http!, TimeProvider.System);
        var upload = NewUpload("u1") with { Handle = "h" };
        var error = await Assert.ThrowsAsync<BlobStoreException>(() => files.CheckAsync(Cancellation));
        Assert.Contains("cannot be reached", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<BlobStoreException>(() => files.BeginAsync(upload, Cancellation));
        await Assert.ThrowsAsync<BlobStoreException>(() => files.WritePartAsync(upload, 0, new MemoryStream(Bytes, 0, Part), Cancellation));
    }

    [Fact]
    public async Task Bucket_ThatIsMissing_IsACodedError()
    {
        var options = await fixture.OptionsAsync();
        options.Bucket = "no-such-bucket";
        using var client = new S3Client(options, TimeProvider.System);
        var error = await Assert.ThrowsAsync<BlobStoreException>(() => new S3BlobFiles(client, options, _http!, TimeProvider.System).CheckAsync(Cancellation));
        Assert.Contains("NoSuchBucket", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("minio:9000", "b", "a", "", "Endpoint is 'minio:9000'")]
    [InlineData("http://minio:9000", "", "a", "", "Bucket is missing")]
    [InlineData("http://minio:9000", "b", "", "", "one of Artifact:S3:AccessKey")]
    [InlineData("http://minio:9000", "b", "a", "/nowhere", "one of Artifact:S3:AccessKey")]
    [InlineData("http://minio:9000", "b", "", "/nowhere", "there is no file /nowhere")]
    public void Options_ThatCannotWork_AreRefusedAtStart(string endpoint, string bucket, string key, string file, string fault)
    {
        var result = new S3OptionsValidator().Validate(null, new S3Options { Endpoint = endpoint, Bucket = bucket, AccessKey = key, AccessKeyFile = file, SecretKey = "s" });
        Assert.Contains(result.Failures!, found => found.Contains(fault, StringComparison.Ordinal));
    }

    public override async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        _http?.Dispose();
        await base.DisposeAsync();
    }
}
