using Platform.Artifact.Signing;
using Platform.Contracts.Hub.V1;
using Platform.ServiceDefaults;

namespace Platform.Artifact.Blobs;

/// <summary><c>GET /blobs/{blob}</c>: a blob's bytes, or a range of them.</summary>
internal static class DownloadEndpoint
{
    public static string SignedPath(string blobId) => $"/blobs/{blobId}";

    public static async Task<IResult> GetAsync(string blob, HttpContext context, BlobService blobs, IBlobFiles files, UrlSigner signer, FailureMapping mapping)
    {
        if (signer.Check(context.Request, SignedPath(blob)) is not { } owner)
        {
            return BlobResults.Failure(Failures.Of(FailureCode.AddressInvalid, "the address is not signed, has expired, or was changed"));
        }

        try
        {
            var found = await blobs.GetAsync(owner, blob, context.RequestAborted);
            string name = context.Request.Query["n"].ToString();
            var tag = new Microsoft.Net.Http.Headers.EntityTagHeaderValue($"\"{found.Sha256}\"");
            return Results.Stream(await files.OpenBlobAsync(owner, blob, context.RequestAborted), "application/octet-stream", name.Length > 0 ? name : null, entityTag: tag, enableRangeProcessing: true);
        }
        catch (FailureException error)
        {
            return BlobResults.Failure(error.Failure);
        }
        catch (FileNotFoundException)
        {
            return BlobResults.Failure(Failures.Of(FailureCode.NotFound, $"there is no blob {blob}"));
        }
        catch (Exception error) when (mapping.ToFailure(error) is { Code: not FailureCode.Internal } failure)
        {
            return BlobResults.Failure(failure);
        }
    }
}
