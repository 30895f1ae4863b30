using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using Platform.Artifact.Uploads;

namespace Platform.Artifact.Blobs;

/// <summary>
/// Bytes in a bucket of an S3-compatible server. An upload is a multipart upload of the very object that becomes its blob, so parts
/// go straight from clients to the server and nothing is copied. Sealing completes it; until the blob's document is written nobody
/// reads the object. Needs no conditional puts: no two uploads share a key.
/// </summary>
internal sealed class S3BlobFiles(S3Client client, S3Options options, HttpClient http, TimeProvider clock) : IBlobFiles
{
    private const string Prefix = "blobs/";

    // One part goes from this service to the server within so long; the signature need not hold longer.
    private static readonly TimeSpan s_partTime = TimeSpan.FromHours(1);

    public string Place => $"S3 {client.Endpoint}, bucket {client.Bucket}{(options.Direct ? "" : ", through this service")}";

    public long? FreeBytes => null;

    public async Task CheckAsync(CancellationToken cancellation) =>
        await client.CallAsync(s3 => s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = client.Bucket, Prefix = Prefix, MaxKeys = 1 }, cancellation), cancellation);

    public async Task<string> BeginAsync(Upload upload, CancellationToken cancellation)
    {
        if (upload.Size == 0)
        {
            return "";
        }

        var begun = await client.CallAsync(s3 => s3.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest { BucketName = client.Bucket, Key = KeyOf(upload.Owner, upload.OwnBlobId), ContentType = "application/octet-stream" }, cancellation), cancellation);
        return begun.UploadId;
    }

    public string? SignPart(Upload upload, int part) => options.Direct ? SignPart(upload, part, upload.ExpiresAt, forClients: true) : null;

    public async Task WritePartAsync(Upload upload, int part, Stream body, CancellationToken cancellation)
    {
        using var content = new StreamContent(body);
        content.Headers.ContentLength = upload.PartLength(part);
        try
        {
            using var answer = await http.PutAsync(new Uri(SignPart(upload, part, clock.GetUtcNow() + s_partTime, forClients: false)), content, cancellation);
            if (!answer.IsSuccessStatusCode)
            {
                string said = await answer.Content.ReadAsStringAsync(cancellation);
                throw new BlobStoreException($"the object storage refused a part: {(int)answer.StatusCode} {said}", answer.StatusCode == HttpStatusCode.InsufficientStorage);
            }
        }
        catch (HttpRequestException error) when (error.InnerException is EndOfStreamException or null)
        {
            throw new EndOfStreamException($"the part ended before its {upload.PartLength(part)} bytes", error);
        }
        catch (HttpRequestException error)
        {
            throw new BlobStoreException($"the object storage at {client.Endpoint} cannot be reached: {error.Message}", isFull: false, error);
        }
    }

    public async Task<IReadOnlyList<int>> PartsAsync(Upload upload, CancellationToken cancellation)
    {
        try
        {
            return [.. (await ListPartsAsync(upload, cancellation)).Keys.Order()];
        }
        catch (FileNotFoundException)
        {
            return await IsSealedAsync(upload, cancellation) ? [.. Enumerable.Range(0, upload.PartCount)] : [];
        }
    }

    public async Task<Stream?> OpenUploadAsync(Upload upload, CancellationToken cancellation) =>
        upload.State == UploadState.Open ? null : await OpenBlobAsync(upload.Owner, upload.OwnBlobId, cancellation);

    public async Task SealAsync(Upload upload, CancellationToken cancellation)
    {
        if (await IsSealedAsync(upload, cancellation))
        {
            return;
        }

        if (upload.Size == 0)
        {
            await client.CallAsync(
                s3 => s3.PutObjectAsync(new PutObjectRequest { BucketName = client.Bucket, Key = KeyOf(upload.Owner, upload.OwnBlobId), ContentBody = "", UseChunkEncoding = false }, cancellation), cancellation);
            return;
        }

        // Another instance may complete it in between; then the object is there all the same.
        await UnlessGoneAsync(() => CompleteAsync(upload, cancellation));
        await PromoteAsync(upload, cancellation);
    }

    // The object lies where the blob will be; all that is left is to make sure of it.
    public async Task PromoteAsync(Upload upload, CancellationToken cancellation)
    {
        if (!await IsSealedAsync(upload, cancellation))
        {
            throw new FileNotFoundException($"the bytes of upload {upload.Id} are gone");
        }
    }

    public string? SignDownload(string owner, string blobId, string fileName, DateTimeOffset expiresAt)
    {
        if (!options.Direct)
        {
            return null;
        }

        var request = new GetPreSignedUrlRequest { Key = KeyOf(owner, blobId), Verb = HttpVerb.GET };
        if (fileName.Length > 0)
        {
            request.ResponseHeaderOverrides.ContentDisposition = $"attachment; filename*=UTF-8''{Uri.EscapeDataString(fileName)}";
        }

        return client.Sign(request, expiresAt, forClients: true);
    }

    public async Task<Stream> OpenBlobAsync(string owner, string blobId, CancellationToken cancellation)
    {
        string key = KeyOf(owner, blobId);
        var found = await client.CallAsync(s3 => s3.GetObjectMetadataAsync(client.Bucket, key, cancellation), cancellation);
        return new S3ObjectStream(client, key, found.ContentLength);
    }

    public async Task RemoveUploadAsync(string owner, string uploadId, string handle, CancellationToken cancellation)
    {
        if (handle.Length == 0)
        {
            return;
        }

        var request = new AbortMultipartUploadRequest { BucketName = client.Bucket, Key = KeyOf(owner, Upload.BlobIdOf(uploadId)), UploadId = handle };
        await UnlessGoneAsync(() => client.CallAsync(s3 => s3.AbortMultipartUploadAsync(request, cancellation), cancellation));
    }

    // Some servers mind when there is nothing to delete, most do not.
    public Task RemoveBlobAsync(string owner, string blobId, CancellationToken cancellation) =>
        UnlessGoneAsync(() => client.CallAsync(s3 => s3.DeleteObjectAsync(client.Bucket, KeyOf(owner, blobId), cancellation), cancellation));

    public async IAsyncEnumerable<FileEntry> ListAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        string? after = null;
        do
        {
            string? token = after;
            var page = await client.CallAsync(s3 => s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = client.Bucket, Prefix = Prefix, ContinuationToken = token }, cancellation), cancellation);
            foreach (var found in (page.S3Objects ?? []).Where(found => IsOurs(found.Key)))
            {
                yield return EntryOf(found.Key, "", found.LastModified);
            }

            after = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (after is not null);

        var request = new ListMultipartUploadsRequest { BucketName = client.Bucket, Prefix = Prefix };
        bool more;
        do
        {
            var page = await client.CallAsync(s3 => s3.ListMultipartUploadsAsync(request, cancellation), cancellation);
            foreach (var found in (page.MultipartUploads ?? []).Where(found => IsOurs(found.Key)))
            {
                yield return EntryOf(found.Key, found.UploadId, found.Initiated);
            }

            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
            more = page.IsTruncated == true;
        }
        while (more);
    }

    private static bool IsOurs(string key) => key.Split('/') is [_, { Length: > 0 }, { Length: > 1 } id] && id[0] == 'b';

    private static FileEntry EntryOf(string key, string handle, DateTime? writtenAt)
    {
        string[] names = key.Split('/');
        var time = new DateTimeOffset((writtenAt ?? DateTime.MaxValue).ToUniversalTime());
        return handle.Length > 0 ? new FileEntry(true, names[1], Upload.IdOf(names[2]), handle, time) : new FileEntry(false, names[1], names[2], "", time);
    }

    // Ids are our own; all the same nothing but letters and digits may become part of a key.
    private static string KeyOf(string owner, string blobId) => (owner + blobId).All(char.IsAsciiLetterOrDigit)
        ? $"{Prefix}{owner}/{blobId}"
        : throw new ArgumentException($"'{owner}' or '{blobId}' is not an id", nameof(blobId));

    private static async Task UnlessGoneAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (FileNotFoundException)
        {
            return;
        }
    }

    private async Task CompleteAsync(Upload upload, CancellationToken cancellation)
    {
        var parts = await ListPartsAsync(upload, cancellation);
        var request = new CompleteMultipartUploadRequest
        {
            BucketName = client.Bucket,
            Key = KeyOf(upload.Owner, upload.OwnBlobId),
            UploadId = upload.Handle,
            PartETags = [.. parts.OrderBy(part => part.Key).Select(part => new PartETag(part.Key + 1, part.Value))],
        };
        await client.CallAsync(s3 => s3.CompleteMultipartUploadAsync(request, cancellation), cancellation);
    }

    private string SignPart(Upload upload, int part, DateTimeOffset expiresAt, bool forClients) => client.Sign(
        new GetPreSignedUrlRequest { Key = KeyOf(upload.Owner, upload.OwnBlobId), Verb = HttpVerb.PUT, UploadId = upload.Handle, PartNumber = part + 1 }, expiresAt, forClients);

    private async Task<bool> IsSealedAsync(Upload upload, CancellationToken cancellation)
    {
        try
        {
            return (await client.CallAsync(s3 => s3.GetObjectMetadataAsync(client.Bucket, KeyOf(upload.Owner, upload.OwnBlobId), cancellation), cancellation)).ContentLength == upload.Size;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }

    // Number (from 0) and tag of each part that has its whole length.
    private async Task<Dictionary<int, string>> ListPartsAsync(Upload upload, CancellationToken cancellation)
    {
        Dictionary<int, string> found = [];
        if (upload.Size == 0)
        {
            return found;
        }

        var request = new ListPartsRequest { BucketName = client.Bucket, Key = KeyOf(upload.Owner, upload.OwnBlobId), UploadId = upload.Handle };
        bool more;
        do
        {
            var page = await client.CallAsync(s3 => s3.ListPartsAsync(request, cancellation), cancellation);
            foreach (var part in page.Parts ?? [])
            {
                int number = part.PartNumber.GetValueOrDefault() - 1;
                if (number >= 0 && number < upload.PartCount && part.Size == upload.PartLength(number))
                {
                    found[number] = part.ETag;
                }
            }

            request.PartNumberMarker = page.NextPartNumberMarker?.ToString(System.Globalization.CultureInfo.InvariantCulture);
            more = page.IsTruncated == true;
        }
        while (more);

        return found;
    }
}
