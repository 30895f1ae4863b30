using Platform.Contracts.Broker.V1;
using Platform.ProfilerWorker.Devices;
using Platform.ProfilerWorker.Runs;

namespace Platform.ProfilerWorker.Profiling;

/// <summary>Measures a model on this host's device.</summary>
internal sealed class ProfileWork(LocalCpu device, ProfileStages stages, RunTransfers transfers)
{
    public async Task<RunResult> RunAsync(RunScope scope)
    {
        var spec = scope.Spec;
        scope.Run.Tell("fetching the model", 0);
        string model = await transfers.FetchAsync(scope.Run.Assignment.ModelUrl, spec.ModelSha256, spec.ModelFilename, scope.Folder, scope.Run.Stopped);
        var results = await stages.RunAsync(scope, model);
        var runtime = device.RuntimeFor(spec.ModelType)!;
        var document = ProfileDocuments.Build(results, new MeasuredModel(spec.ModelSha256, (long)spec.ModelBytes, spec.CheckedOptions), runtime);
        return new RunResult { ProfileJson = ProfileDocuments.ToJson(document) };
    }
}
