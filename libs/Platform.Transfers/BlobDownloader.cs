using System.Net.Http.Headers;
using System.Security.Cryptography;
using Polly;

namespace Platform.Transfers;

/// <summary>Fetches a file from a signed address, going on where it was cut, and checks its hash.</summary>
/// <param name="http">Client; one connection pool for the process.</param>
/// <param name="clock">The clock.</param>
public sealed class BlobDownloader(HttpClient http, TimeProvider clock)
{
    private const int BufferLength = 1 << 18;

    private readonly ResiliencePipeline _retry = TransferRetry.Create(clock);

    /// <summary>Fetches a file.</summary>
    /// <param name="url">Address.</param>
    /// <param name="path">Target; written beside and renamed when it is whole and right.</param>
    /// <param name="sha256">Expected hash, hexadecimal; empty for no check.</param>
    /// <param name="got">Hears the bytes fetched so far.</param>
    /// <param name="cancellation">Cancellation.</param>
    /// <exception cref="TransferException">It was refused, could not be fetched, or has another hash.</exception>
    public async Task DownloadAsync(string url, string path, string sha256, Action<long>? got, CancellationToken cancellation)
    {
        string temporary = path + ".part";
        File.Delete(temporary);
        try
        {
            await _retry.ExecuteAsync(async token => await FetchAsync(url, temporary, got, token), cancellation);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new TransferException($"the file could not be fetched: {error.Message}", error);
        }

        await CheckAsync(temporary, sha256, cancellation);
        File.Move(temporary, path, overwrite: true);
    }

    private static async Task CheckAsync(string path, string sha256, CancellationToken cancellation)
    {
        if (sha256.Length == 0)
        {
            return;
        }

        await using var file = File.OpenRead(path);
        string actual = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation));
        if (!string.Equals(actual, sha256, StringComparison.OrdinalIgnoreCase))
        {
            file.Close();
            File.Delete(path);
            throw new TransferException($"what arrived has the SHA-256 {actual}, not {sha256}") { Code = "UPLOAD_HASH_MISMATCH" };
        }
    }

    private async Task FetchAsync(string url, string path, Action<long>? got, CancellationToken cancellation)
    {
        await using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.None, 1);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (file.Length > 0)
        {
            request.Headers.Range = new RangeHeaderValue(file.Length, null);
        }

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (response.StatusCode == System.Net.HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            // Cut after the last byte but before the end: everything is here.
            return;
        }

        await BlobUploader.RequireAsync(response, cancellation);
        if (response.StatusCode != System.Net.HttpStatusCode.PartialContent)
        {
            file.SetLength(0);
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        byte[] buffer = new byte[BufferLength];
        int read;
        while ((read = await body.ReadAsync(buffer, cancellation)) > 0)
        {
            await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
            got?.Invoke(file.Length);
        }
    }
}
