using Google.Protobuf;
using Platform.Contracts.Hub.V1;
using Platform.ServiceDefaults;

namespace Platform.Artifact.Blobs;

/// <summary>Answers of the blob endpoints.</summary>
internal static class BlobResults
{
    private const int NoSpaceLeft = 28;
    private const int QuotaExceeded = 122;

    private static readonly JsonFormatter s_json = new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true));

    public static IResult Failure(Failure failure) =>
        Results.Text(s_json.Format(failure), "application/json", statusCode: FailureMapping.HttpStatusOf(FailureMapping.StatusOf(failure)));

    public static bool IsDiskFull(IOException error) => (error.HResult & 0xFFFF) is NoSpaceLeft or QuotaExceeded;
}
