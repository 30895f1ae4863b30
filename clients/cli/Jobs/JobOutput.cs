using System.Globalization;
using Hub.Cli.Output;
using Platform.Contracts.Hub.V1;

namespace Hub.Cli.Jobs;

/// <summary>Jobs as people read them.</summary>
internal static class JobOutput
{
    public static void Print(Printer printer, Job job) => printer.Facts(
        ("id", job.JobId), ("name", job.Name), ("type", Words.Name(job.JobType)), ("state", State(job)), ("waits", Wait(job)), ("created", Words.Time(job.CreatedAt)),
        ("started", Words.Time(job.StartedAt)), ("ended", Words.Time(job.EndedAt)), ("model", ModelOf(job)), ("target model", job.TargetModelId), ("output dataset", job.OutputDatasetId),
        ("device", job.Device is null ? "" : job.Device.Emulated ? $"{job.Device.Name} (emulated)" : job.Device.Name),
        ("steps", string.Join(" -> ", job.Steps.Select(step => $"{step.Name} {step.Version}".Trim())) + (job.CacheHit ? " (from the cache)" : "")),
        ("attempts", job.Attempts > 1 ? job.Attempts.ToString(CultureInfo.InvariantCulture) : ""), ("warnings", string.Join("\n", job.Warnings)), ("failure", Words.Failure(job.Failure)));

    public static string State(Job job) => job.Phase is JobPhase.Ended or JobPhase.Unspecified ? Words.Name(job.State) : $"{Words.Name(job.State)} ({Words.Name(job.Phase)})";

    public static int ExitCodeOf(Job job) => job.State switch
    {
        JobState.Success => ExitCode.Done,
        JobState.Cancelled => ExitCode.JobCancelled,
        JobState.Failed => ExitCode.JobFailed,
        _ => ExitCode.Done,
    };

    private static string Wait(Job job)
    {
        if (job.Phase is not (JobPhase.Waiting or JobPhase.Pending or JobPhase.Queued))
        {
            return "";
        }

        string place = job.QueuePosition > 0 ? $"place {job.QueuePosition}; " : "";
        return $"{place}{job.WaitMessage}".TrimEnd(';', ' ');
    }

    private static string ModelOf(Job job) => job.Spec?.SpecCase switch
    {
        JobSpec.SpecOneofCase.Compile => job.Spec.Compile.ModelId,
        JobSpec.SpecOneofCase.Profile => job.Spec.Profile.ModelId,
        JobSpec.SpecOneofCase.Inference => job.Spec.Inference.ModelId,
        JobSpec.SpecOneofCase.Quantize => job.Spec.Quantize.ModelId,
        JobSpec.SpecOneofCase.Link => string.Join(", ", job.Spec.Link.ModelIds),
        _ => "",
    };
}
