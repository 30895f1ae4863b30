using System.Globalization;
using System.Text.Json.Nodes;
using Polly;

namespace Platform.Transfers;

/// <summary>Where the parts of a file are sent.</summary>
/// <param name="Url">Address with <c>{part}</c> for the number of the part.</param>
/// <param name="PartUrls">One address for each part, in order; empty when all go to <paramref name="Url"/>.</param>
/// <param name="PartBytes">Size of every part but the last.</param>
public sealed record UploadTarget(string Url, IReadOnlyList<string> PartUrls, long PartBytes)
{
    internal string AddressOf(int part) => PartUrls.Count > 0
        ? PartUrls[part]
        : Url.Replace("%7Bpart%7D", "{part}", StringComparison.Ordinal).Replace("{part}", part.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}

/// <summary>Sends a file in parts, two at a time, each tried again on its own; parts that arrived earlier are left out.</summary>
/// <param name="http">Client; one connection pool for the process.</param>
/// <param name="clock">The clock.</param>
public sealed class BlobUploader(HttpClient http, TimeProvider clock)
{
    private const int AtOnce = 2;

    private readonly ResiliencePipeline _retry = TransferRetry.Create(clock);

    /// <summary>Sends what is missing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="target">Where to.</param>
    /// <param name="received">Parts that are there already.</param>
    /// <param name="sent">Hears the bytes sent so far, earlier parts included.</param>
    /// <param name="cancellation">Cancellation.</param>
    /// <exception cref="TransferException">A part was refused, or could not be sent.</exception>
    public async Task UploadAsync(string path, UploadTarget target, IReadOnlyCollection<int> received, Action<long>? sent, CancellationToken cancellation)
    {
        long size = new FileInfo(path).Length;
        long partBytes = target.PartBytes;
        int parts = checked((int)((size + partBytes - 1) / partBytes));
        var missing = Enumerable.Range(0, parts).Except(received);
        long done = received.Sum(part => Length(part, size, partBytes));
        await Parallel.ForEachAsync(missing, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (part, token) =>
        {
            await SendAsync(path, target.AddressOf(part), part * partBytes, Length(part, size, partBytes), token);
            sent?.Invoke(Interlocked.Add(ref done, Length(part, size, partBytes)));
        });
    }

    private static long Length(int part, long size, long partBytes) => Math.Min(partBytes, size - (part * partBytes));

    private async Task SendAsync(string path, string url, long offset, long length, CancellationToken cancellation)
    {
        try
        {
            await _retry.ExecuteAsync(
                async token =>
                {
                    using var content = new FilePartContent(path, offset, length);
                    using var response = await http.PutAsync(new Uri(url), content, token);
                    await RequireAsync(response, token);
                },
                cancellation);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new TransferException($"a part could not be sent: {error.Message}", error);
        }
    }

    internal static async Task RequireAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        string body = await response.Content.ReadAsStringAsync(cancellation);
        if (response.StatusCode < System.Net.HttpStatusCode.InternalServerError && TryParse(body) is { } failure && failure["code"] is { } code)
        {
            throw new TransferException(failure["message"]?.ToString() ?? body) { Code = code.ToString() };
        }

        throw new HttpRequestException($"the server answered {(int)response.StatusCode}", null, response.StatusCode);
    }

    private static JsonObject? TryParse(string body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
