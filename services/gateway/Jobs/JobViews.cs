using Google.Protobuf.WellKnownTypes;
using Platform.Contracts.Hub.V1;
using Platform.Gateway.Datasets;
using Platform.Gateway.Models;
using Platform.ServiceDefaults;

namespace Platform.Gateway.Jobs;

/// <summary>Stored documents as the messages of the public interface.</summary>
internal static class JobViews
{
    public static Contracts.Hub.V1.Job ToMessage(Job job)
    {
        var message = new Contracts.Hub.V1.Job
        {
            JobId = job.Id,
            Name = job.Name,
            JobType = TypeOf(job.Kind),
            State = StateOf(job),
            Phase = job.Phase.IsTerminal() ? JobPhase.Ended : (JobPhase)((int)job.Phase + 1),
            Spec = job.Kind == JobKind.Inspect ? null : JobSpecs.Of(job),
            CreatedAt = job.CreatedAt.ToTimestamp(),
            StartedAt = job.StartedAt?.ToTimestamp(),
            EndedAt = job.EndedAt?.ToTimestamp(),
            Creator = job.Creator,
            TargetModelId = job.TargetModelId ?? "",
            OutputDatasetId = job.OutputDatasetId ?? "",
            Device = job.Device is null ? null : ProtoJson.Parse<Device>(job.Device),
            Failure = job.Failure is null ? null : ToMessage(job.Failure),
            Ver = (uint)job.Ver,
            Attempts = job.Attempts,
            CacheHit = job.CacheHit,
            HubVersion = HubVersion.Text,
            Progress = job.Progress is null ? null : new Progress { Message = job.Progress.Message, Fraction = job.Progress.Fraction },
        };
        message.Warnings.AddRange(job.Warnings);
        message.Steps.AddRange(job.Steps.Select(step => new StepUse { Name = step.Name, Version = step.Version }));
        if (job.Phase == Phase.Success && job.Outcome is not null)
        {
            message.Warnings.AddRange(job.Outcome.Warnings);
            message.TargetInputs.AddRange(ProtoJson.ParseAll<TensorSpec>(job.Outcome.Inputs));
        }

        return message;
    }

    public static Failure ToMessage(JobFailure failure)
    {
        var code = System.Enum.GetValues<FailureCode>().FirstOrDefault(known => Toolchains.CodeName.Of(known) == failure.Code, FailureCode.Internal);
        var message = Failures.Of(code, failure.Message, ProtoJson.ParseAll<FailureDetail>(failure.Details));
        message.Retried = failure.Retried;
        return message;
    }

    public static Model ToMessage(StoredModel model)
    {
        var message = new Model
        {
            ModelId = model.Id,
            Name = model.Name,
            ModelType = ModelTypes.Parse(model.ModelType),
            State = (Contracts.Hub.V1.AssetState)(int)model.State,
            CreatedAt = model.CreatedAt.ToTimestamp(),
            Creator = model.Creator,
            ProducerJobId = model.ProducerJobId ?? "",
            SizeBytes = model.Size,
            Sha256 = model.Sha256 ?? "",
            Failure = model.Failure is null ? null : ToMessage(model.Failure),
            Filename = model.FileName,
            UploadId = model.State == AssetState.Uploading ? model.UploadId ?? "" : "",
        };
        message.Inputs.AddRange(ProtoJson.ParseAll<TensorSpec>(model.Inputs));
        message.Outputs.AddRange(ProtoJson.ParseAll<TensorSpec>(model.Outputs));
        message.Metadata.Add(model.Metadata.ToDictionary());
        return message;
    }

    public static Dataset ToMessage(StoredDataset dataset)
    {
        var message = new Dataset
        {
            DatasetId = dataset.Id,
            Name = dataset.Name,
            State = (Contracts.Hub.V1.AssetState)(int)dataset.State,
            CreatedAt = dataset.CreatedAt.ToTimestamp(),
            ExpiresAt = dataset.ExpiresAt == DateTimeOffset.MaxValue ? null : dataset.ExpiresAt.ToTimestamp(),
            Creator = dataset.Creator,
            ProducerJobId = dataset.ProducerJobId ?? "",
            SizeBytes = dataset.Size,
            Sha256 = dataset.Sha256 ?? "",
            Samples = dataset.Samples,
            Failure = dataset.Failure is null ? null : ToMessage(dataset.Failure),
            Filename = dataset.FileName,
            UploadId = dataset.State == AssetState.Uploading ? dataset.UploadId ?? "" : "",
        };
        message.Tensors.AddRange(ProtoJson.ParseAll<TensorSpec>(dataset.Tensors));
        return message;
    }

    public static JobType TypeOf(JobKind kind) => kind == JobKind.Inspect ? JobType.Unspecified : (JobType)((int)kind + 1);

    /// <summary>AI Hub's state for a phase (architecture 4's table).</summary>
    public static JobState StateOf(Job job) => StateOf(job.Kind, job.Phase);

    public static JobState StateOf(JobKind kind, Phase phase) => phase switch
    {
        Phase.Success => JobState.Success,
        Phase.Failed => JobState.Failed,
        Phase.Cancelled => JobState.Cancelled,
        Phase.Waiting or Phase.Pending => JobState.Created,
        Phase.Queued => kind.IsNodeWork() ? JobState.Created : JobState.ProvisioningDevice,
        _ => WorkingState(kind),
    };

    private static JobState WorkingState(JobKind kind) => kind switch
    {
        JobKind.Quantize => JobState.QuantizingModel,
        JobKind.Link => JobState.LinkingModels,
        JobKind.Profile => JobState.MeasuringPerformance,
        JobKind.Inference => JobState.RunningInference,
        _ => JobState.OptimizingModel,
    };
}
