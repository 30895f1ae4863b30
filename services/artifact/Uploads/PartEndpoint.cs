using Platform.Artifact.Blobs;
using Platform.Artifact.Signing;
using Platform.Contracts.Hub.V1;
using Platform.ServiceDefaults;

namespace Platform.Artifact.Uploads;

/// <summary><c>PUT /blobs/uploads/{upload}/parts/{part}</c>: one part of an upload.</summary>
internal static class PartEndpoint
{
    /// <summary>The path that is signed: one signature serves all parts of an upload.</summary>
    public static string SignedPath(string uploadId) => $"/blobs/uploads/{uploadId}/parts/{{part}}";

    public static async Task<IResult> PutAsync(string upload, int part, HttpContext context, UploadService uploads, UrlSigner signer, FailureMapping mapping)
    {
        var request = context.Request;
        if (signer.Check(request, SignedPath(upload)) is not { } owner)
        {
            return BlobResults.Failure(Failures.Of(FailureCode.AddressInvalid, "the address is not signed, has expired, or was changed"));
        }

        try
        {
            var known = await uploads.GetAsync(owner, upload, context.RequestAborted);
            if (part < 0 || part >= known.PartCount || request.ContentLength != known.PartLength(part))
            {
                return BlobResults.Failure(Failures.Of(
                    FailureCode.UploadPartInvalid, $"part {part} of {request.ContentLength?.ToString() ?? "unknown"} bytes: there are {known.PartCount} parts of {known.PartBytes} bytes, the last may be shorter"));
            }

            await uploads.WritePartAsync(owner, upload, part, request.Body, context.RequestAborted);
            context.Response.Headers.ETag = $"\"{upload}-{part}\"";
            return Results.Ok();
        }
        catch (EndOfStreamException error)
        {
            return BlobResults.Failure(Failures.Of(FailureCode.UploadPartInvalid, error.Message));
        }
        catch (FailureException error)
        {
            return BlobResults.Failure(error.Failure);
        }
        catch (IOException error) when (BlobResults.IsDiskFull(error))
        {
            return BlobResults.Failure(Failures.Of(FailureCode.DiskFull, "the disk filled up while the part arrived; the part was not taken"));
        }
        catch (Exception error) when (mapping.ToFailure(error) is { Code: not FailureCode.Internal } failure)
        {
            return BlobResults.Failure(failure);
        }
    }
}
