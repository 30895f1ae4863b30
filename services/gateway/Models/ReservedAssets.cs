using Platform.Contracts.Hub.V1;
using Platform.Gateway.Datasets;
using Platform.Gateway.Jobs;
using Platform.Gateway.Submission;
using Platform.Toolchains;

namespace Platform.Gateway.Models;

/// <summary>
/// Outputs that a job has promised but not published: they exist in the job's document only, so that accepting a job is
/// one write.
/// </summary>
internal static class ReservedAssets
{
    public static StoredModel ModelOf(Job job) => new()
    {
        Id = job.TargetModelId!,
        Owner = job.Owner,
        Name = job.Name,
        ModelType = ModelTypes.TypeOf(TargetForm(job)).ToString(),
        State = StateOf(job),
        CreatedAt = job.CreatedAt,
        Creator = job.Creator,
        ProducerJobId = job.Id,
        Failure = job.Failure,
    };

    public static StoredDataset DatasetOf(Job job) => new()
    {
        Id = job.OutputDatasetId!,
        Owner = job.Owner,
        Name = job.Name,
        State = StateOf(job),
        CreatedAt = job.CreatedAt,
        ExpiresAt = DateTimeOffset.MaxValue,
        Creator = job.Creator,
        ProducerJobId = job.Id,
        Failure = job.Failure,
    };

    // A job that has succeeded has published its outputs; if they are gone, somebody has erased them.
    private static AssetState StateOf(Job job) => job.Phase switch
    {
        Phase.Failed or Phase.Cancelled => AssetState.Failed,
        Phase.Success => AssetState.Erased,
        _ => AssetState.Reserved,
    };

    private static ModelForm TargetForm(Job job)
    {
        var spec = JobSpecs.Of(job);
        return spec.SpecCase switch
        {
            JobSpec.SpecOneofCase.Compile => TargetRuntime.FormOf(CompilePlanner.TargetOf(CompilePlanner.ParseOptions(spec.Compile, []))),
            JobSpec.SpecOneofCase.Link => LinkPlanner.OptionsOf(spec.Link, []).Flag("embed_in_onnx") ? ModelForm.PrecompiledQnnOnnx : ModelForm.QnnContextBinary,
            _ => ModelForm.Onnx,
        };
    }
}
