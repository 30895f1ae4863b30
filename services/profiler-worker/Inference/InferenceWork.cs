using Platform.Contracts.Broker.V1;
using Platform.Contracts.Hub.V1;
using Platform.Contracts.Runner.V1;
using Platform.ProfilerWorker.Devices;
using Platform.ProfilerWorker.Profiling;
using Platform.ProfilerWorker.Runs;
using Platform.ServiceDefaults;
using TensorSpec = Platform.Contracts.Hub.V1.TensorSpec;

namespace Platform.ProfilerWorker.Inference;

/// <summary>Runs every sample of a dataset through a model: a dataset in, a dataset out.</summary>
internal sealed class InferenceWork(HostDevices devices, RunTransfers transfers) : IRunWork
{
    private const string OutputName = "outputs.h5";

    public JobType JobType => JobType.Inference;

    public async Task<RunResult> RunAsync(RunScope scope)
    {
        var spec = scope.Spec;
        scope.Run.Tell("fetching the model", 0);
        string model = await transfers.FetchModelAsync(scope);
        string dataset = await transfers.FetchAsync(scope.Run.Assignment.DatasetUrl, spec.DatasetSha256, spec.DatasetFilename, scope.Folder, scope.Run.Stopped);
        scope.Run.Tell("reading the dataset", 0.1);
        var import = new ImportDataset { Path = scope.Inside(dataset), Folder = scope.Inside(Path.Combine(scope.Folder.Path, "samples")) };
        var samples = await scope.StepAsync(new StepRequest { ImportDataset = import });
        scope.Log.Line($"running {samples.Samples} samples");
        scope.Run.Tell($"running {samples.Samples} samples", 0.2);
        var inferred = await InferAsync(scope, model, samples);
        scope.Run.Tell("sending the outputs", 0.9);
        return await SendAsync(scope, inferred);
    }

    private async Task<Inferred> InferAsync(RunScope scope, string model, StepResponse samples)
    {
        var request = ModelRequest.Of(scope, devices.Require(scope.Run.Assignment.DeviceId), model);
        request.Infer = new Infer
        {
            OutputFolder = scope.Inside(scope.Folder.Make("outputs")),
            DequantizeOutputs = ModelRequest.Option(scope, "dequantize_outputs") == "true",
        };
        request.Infer.Inputs.AddRange(samples.Tensors);
        return (await scope.AskAsync(request)).Inferred
            ?? throw new FailureException(FailureCode.ToolCrashed, "the model's runtime gave no outputs");
    }

    private async Task<RunResult> SendAsync(RunScope scope, Inferred inferred)
    {
        OutputChecks.Require(inferred.Outputs, scope.Folder.Make("outputs"));
        string path = Path.Combine(scope.Folder.Make("result"), OutputName);
        var export = new ExportDataset { Path = scope.Inside(path) };
        export.Tensors.AddRange(inferred.Outputs);
        var exported = await scope.StepAsync(new StepRequest { ExportDataset = export });
        var sent = await transfers.SendAsync(scope.Run.Assignment, scope.Folder, path, "outputs", scope.Run.Stopped);
        var result = new RunResult { OutputBlobId = sent.BlobId, OutputSha256 = sent.Sha256, OutputBytes = sent.SizeBytes, Samples = checked((int)exported.Samples) };
        result.Outputs.AddRange(inferred.Outputs.Select(ToSpec));
        return result;
    }

    private static TensorSpec ToSpec(TensorFile file)
    {
        var spec = new TensorSpec { Name = file.Spec.Name, Dtype = file.Spec.Dtype };
        spec.Shape.AddRange(file.Spec.Shape.Select(dim => checked((int)dim)));
        return spec;
    }
}
