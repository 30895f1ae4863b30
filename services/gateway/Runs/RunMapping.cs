using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Jobs;
using Platform.Sandbox;
using Platform.ServiceDefaults;

namespace Platform.Gateway.Runs;

/// <summary>Failures and results of workers in the engine's terms.</summary>
internal static class RunMapping
{
    public static JobFailure ToJobFailure(Failure failure) =>
        new(CodeOf(failure.Code), failure.Message, Retried: false, ProtoJson.FormatAll(failure.Details));

    /// <summary>The step whose program died of a signal; null when a failure is none of that sort.</summary>
    public static string? DiedIn(Failure failure) => failure.Details.FirstOrDefault(detail => detail.Reason == SandboxFailures.Died && detail.Subject.Length > 0)?.Subject;

    /// <summary>The catalogue's spelling of a code.</summary>
    public static string CodeOf(FailureCode code) => Toolchains.CodeName.Of(code);

    public static RetryClass RetryOf(FailureCode code) => Failures.TraitsOf(code).Retry switch
    {
        Retry.Elsewhere => RetryClass.Elsewhere,
        Retry.OnceLarger => RetryClass.OnceLarger,
        Retry.Once => RetryClass.Once,
        _ => RetryClass.Never,
    };

    public static JobOutcome ToOutcome(RunResult result, string? reportId) => new()
    {
        ReportId = reportId,
        Product = result.OutputBlobId.Length == 0 ? null : new JobOutput(result.OutputBlobId, result.OutputSha256, (long)result.OutputBytes, "outputs.h5"),
        Outputs = ProtoJson.FormatAll(result.Outputs),
        Samples = result.Samples,
        LogBlobId = result.LogBlobId.Length == 0 ? null : result.LogBlobId,
    };
}
